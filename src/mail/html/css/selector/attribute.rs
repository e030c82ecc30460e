//! Attributes in selectors.

use cssparser::{ParseError, Parser, Token};

use crate::mail::html::names;

/// The inside of `[…]`. Addresses can't be asked for: ours differ from those of the letter.
pub(super) fn attribute(input: &mut Parser<'_>) -> Result<String, ParseError<()>> {
    let name = input.expect_ident()?.to_ascii_lowercase();
    if !matches!(
        name.as_str(),
        "align"
            | "bgcolor"
            | "border"
            | "class"
            | "color"
            | "dir"
            | "face"
            | "height"
            | "href"
            | "id"
            | "lang"
            | "role"
            | "size"
            | "title"
            | "type"
            | "valign"
            | "width"
            | "x-apple-data-detectors"
    ) {
        return Err(ParseError::unexpected_token());
    }
    let operator = match input.next() {
        Err(_) => return Ok(format!("[{name}]")),
        Ok(Token::Delim('=')) => "=",
        Ok(Token::IncludeMatch) => "~=",
        Ok(Token::DashMatch) => "|=",
        Ok(Token::PrefixMatch) => "^=",
        Ok(Token::SuffixMatch) => "$=",
        Ok(Token::SubstringMatch) => "*=",
        Ok(_) => return Err(ParseError::unexpected_token()),
    };
    let value = input.expect_ident_or_string()?.to_string();
    let ours = matches!(name.as_str(), "class" | "id") && !matches!(operator, "$=" | "*=");
    let value = if ours {
        names::all_prefixed(&value)
    } else {
        value
    };
    // Without a letter of the value left to escape, its writing is plain.
    if !value
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || " -_:/.#%@+,".contains(character))
    {
        return Err(ParseError::unexpected_token());
    }
    // `i` and `s` may follow; they are left out.
    Ok(format!("[{name}{operator}'{value}']"))
}
