//! The oracle's reading of CSS: by hand, character by character, knowing only what the sanitiser
//! may write. Whatever it can't read is a problem.

const FUNCTIONS: &str = "calc min max clamp minmax repeat fit-content rgb rgba hsl hsla hwb lab \
    lch oklab oklch color linear-gradient radial-gradient conic-gradient \
    repeating-linear-gradient repeating-radial-gradient repeating-conic-gradient \
    -webkit-linear-gradient -webkit-radial-gradient url";

const FORBIDDEN: &str = "behavior -moz-binding filter backdrop-filter mask mask-image clip-path \
    cursor animation animation-name transition transform offset-path shape-outside border-image \
    border-image-source src all zoom z-index pointer-events content-visibility view-transition-name \
    -webkit-box-reflect -webkit-mask -webkit-mask-image marker fill stroke color-scheme";

/// Problems of a whole style sheet.
pub(super) fn sheet_problems(css: &str, allows_image: &dyn Fn(&str) -> bool) -> Vec<String> {
    let bare = without_strings(css);
    let mut problems = Vec::new();
    if bare.matches('{').count() != bare.matches('}').count() {
        problems.push(format!("unbalanced {css}"));
    }
    for rule in bare.split_inclusive(['{', '}']) {
        if let Some(prelude) = rule.strip_suffix('{') {
            if prelude.contains('@') && !prelude.starts_with("@media ") {
                problems.push(format!("rule {prelude}"));
            }
            if !prelude.starts_with('@') {
                problems.extend(selector_problem(prelude));
            }
        } else if let Some(list) = rule.strip_suffix('}').filter(|list| !list.is_empty()) {
            problems.extend(bare_list_problems(list));
        } else if rule != "}" {
            problems.push(format!("left over {rule}"));
        }
    }
    problems.extend(address_problems(css, allows_image));
    problems
}

/// Problems of a `style` attribute.
pub(super) fn list_problems(css: &str, allows_image: &dyn Fn(&str) -> bool) -> Vec<String> {
    let bare = without_strings(css);
    let mut problems = bare_list_problems(&bare);
    if bare.contains(['{', '}', '@']) {
        problems.push(format!("block in {css}"));
    }
    problems.extend(address_problems(css, allows_image));
    problems
}

fn bare_list_problems(list: &str) -> Vec<String> {
    list.split(';').filter_map(declaration_problem).collect()
}

fn declaration_problem(declaration: &str) -> Option<String> {
    let Some((name, value)) = declaration.split_once(':') else {
        return Some(format!("no declaration {declaration:?}"));
    };
    let name_is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if !name_is_plain
        || name.starts_with("--")
        || FORBIDDEN.split_whitespace().any(|word| word == name)
    {
        return Some(format!("property {name}"));
    }
    if value.contains(['\\', ':', '<', '>', '&', '@', '{', '$', '`']) {
        return Some(format!("value {value}"));
    }
    let lower = value.to_lowercase();
    let position = matches!(lower.trim_end_matches("!important"), "static" | "relative");
    if name == "position" && !position {
        return Some(format!("position {value}"));
    }
    lower.match_indices('(').find_map(|(at, _)| {
        let start = lower[..at]
            .rfind([' ', ',', '('])
            .map_or(0, |space| space + 1);
        let function = &lower[start..at];
        let known = function.is_empty() || FUNCTIONS.split_whitespace().any(|one| one == function);
        (!known).then(|| format!("function {function}"))
    })
}

/// Classes and ids must be ours.
fn selector_problem(selector: &str) -> Option<String> {
    let mut rest = selector;
    while let Some(at) = rest.find(['.', '#']) {
        rest = &rest[at + 1..];
        let escaped = at > 0 && selector[..selector.len() - rest.len() - 1].ends_with('\\');
        if !escaped && !rest.starts_with("m_") {
            return Some(format!("selector {selector}"));
        }
    }
    None
}

/// All addresses, wherever they stand.
fn address_problems(css: &str, allows_image: &dyn Fn(&str) -> bool) -> Vec<String> {
    let lower = css.to_ascii_lowercase();
    let found = lower.match_indices("url(").map(|(at, _)| &css[at + 4..]);
    found
        .filter_map(|rest| {
            let quote = rest.chars().next().filter(|quote| "'\"".contains(*quote));
            let address = quote.and_then(|quote| rest[1..].split(quote).next());
            match address {
                Some(address) if allows_image(address) => None,
                _ => Some(format!(
                    "address {}",
                    rest.chars().take(40).collect::<String>()
                )),
            }
        })
        .collect()
}

/// The text with nothing between quotes; escaped quotes do not end a string.
fn without_strings(css: &str) -> String {
    let mut bare = String::new();
    let mut inside = None;
    let mut characters = css.chars();
    while let Some(character) = characters.next() {
        match inside {
            None => {
                bare.push(character);
                match character {
                    '\'' | '"' => inside = Some(character),
                    '\\' => bare.extend(characters.next().map(|_| 'x')),
                    _ => {}
                }
            }
            Some(_) if character == '\\' => drop(characters.next()),
            Some(quote) if character == quote => {
                bare.push(character);
                inside = None;
            }
            Some(_) => {}
        }
    }
    bare
}
