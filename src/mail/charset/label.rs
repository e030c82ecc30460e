//! What a charset label means.

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, WINDOWS_874};
use mail_parser::decoders::charsets::{DecoderFnc, map::charset_decoder};

use super::legacy;

/// What is known of a label.
pub(super) enum Known {
    /// An encoding of the web.
    Encoding(&'static Encoding),
    /// An older one.
    Legacy(DecoderFnc),
    /// Nothing, or nothing of use (`x-unknown`, `us-ascii` over 8-bit bytes).
    Nothing,
}

/// Looks a label up, quotes and stray characters around it ignored.
pub(super) fn resolve(label: &str) -> Known {
    let label = label
        .trim_matches(|c: char| !c.is_ascii_alphanumeric())
        .to_ascii_lowercase();
    let encoding = match label.as_str() {
        // ASCII can't be wrong about ASCII, and says nothing of other bytes.
        "" | "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us" | "7bit" | "8bit"
        | "x-unknown" | "unknown" | "unknown-8bit" | "x-user-defined" | "binary" | "default" => {
            return Known::Nothing;
        }
        "utf8mb4" | "utf-8mb4" | "utf_8" | "cp65001" | "65001" => UTF_8,
        "utf-16" | "utf16" | "ucs-2" | "iso-10646-ucs-2" => UTF_16BE,
        "cp932" | "932" | "ms932" | "cp943" | "windows-932" | "shift-jis" | "shiftjis" => SHIFT_JIS,
        "cp50220" | "cp50221" | "cp50222" | "iso-2022-jp-ms" | "iso-2022-jp-1"
        | "iso-2022-jp-2" | "iso-2022-jp-3" | "iso-2022-jp" | "csiso2022jp" | "jis" => {
            return Known::Legacy(legacy::iso_2022_jp);
        }
        "gb2312" | "gb_2312" | "gb-2312" | "gbk" | "cp936" | "936" | "x-gbk" | "euc-cn" | "gb" => {
            GB18030
        }
        "cp949" | "949" | "uhc" | "ks_c_5601" | "x-windows-949" => EUC_KR,
        "cp950" | "950" | "x-big5" => BIG5,
        "cp874" => WINDOWS_874,
        "iso-2022-kr" | "csiso2022kr" => return Known::Legacy(legacy::iso_2022_kr),
        "hz-gb-2312" | "hz" => return Known::Legacy(legacy::hz),
        "utf-32" | "utf32" | "utf-32be" => return Known::Legacy(legacy::utf32_be),
        "utf-32le" => return Known::Legacy(legacy::utf32_le),
        // The letters of code page 437 are where 850 has them; the frames differ.
        "cp437" | "ibm437" | "437" => return decoder("cp850"),
        other => match Encoding::for_label_no_replacement(other.as_bytes()) {
            Some(encoding) => encoding,
            None => return numbered(other),
        },
    };
    Known::Encoding(encoding)
}

/// `windows1252`, `cp-1251`, `iso8859-15` and other spellings; then mail-parser's table.
fn numbered(label: &str) -> Known {
    let digits: String = label.chars().filter(char::is_ascii_digit).collect();
    let spelling = if label.starts_with("iso") && digits.starts_with("8859") {
        digits
            .strip_prefix("8859")
            .map(|part| format!("iso-8859-{part}"))
    } else if ["win", "cp", "ansi"]
        .iter()
        .any(|start| label.starts_with(start))
    {
        Some(format!("windows-{digits}"))
    } else {
        None
    };
    let found = spelling.and_then(|spelling| Encoding::for_label(spelling.as_bytes()));
    found.map_or_else(|| decoder(label), Known::Encoding)
}

fn decoder(label: &str) -> Known {
    charset_decoder(label.as_bytes()).map_or(Known::Nothing, Known::Legacy)
}
