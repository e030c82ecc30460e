//! How people say that something is attached.

/// Words and phrases in small letters; a `*` stands for any ending.
const WORDS: &[&str] = &[
    // English
    "attached",
    "attachment",
    "attachments",
    "enclosed",
    "i attach",
    "i'm attaching",
    "i am attaching",
    // French
    "ci-joint*",
    "pièce jointe",
    "pièces jointes",
    "en pj",
    "je joins",
    "je vous joins",
    "je te joins",
    // German
    "anhang",
    "anhänge",
    "angehängt*",
    "beigefügt*",
    "anbei",
    "anlage",
    // Spanish
    "adjunto",
    "adjunta",
    "adjuntos",
    "adjuntas",
    "archivo adjunto",
    // Italian
    "allegato",
    "allegata",
    "allegati",
    "allegate",
    "in allegato",
    "allego",
    // Dutch
    "bijlage",
    "bijlagen",
    "bijgevoegd*",
    "bijgesloten",
    // Portuguese
    "anexo",
    "anexos",
    "em anexo",
    "anexado",
    "anexada",
    "segue anexo",
    // Polish
    "załącznik*",
    "w załączeniu",
    "załączam",
    "załączon*",
    // Swedish, Danish, Norwegian
    "bifogad*",
    "bifogat",
    "bifogar",
    "vedhæftet",
    "vedhæftede",
    "vedlagt",
    "vedlegg",
    // Finnish
    "liitteenä",
    "liite",
    "ohessa",
    // Czech, Slovak
    "v příloze",
    "přikládám",
    "příloha",
    "v prílohe",
    "príloha",
    // Hungarian
    "csatolva",
    "csatolmány*",
    "mellékelve",
    "mellékelem",
    // Turkish
    "ekte",
    "ekteki",
    "ilişikte",
    // Russian, Ukrainian
    "во вложении",
    "прикрепил*",
    "прилагаю",
    "вложение",
    "у вкладенні",
    "додаю файл",
];
/// Writing without spaces between words: found anywhere.
const PIECES: &[&str] = &["附件", "添付", "첨부"];

/// The first such word in `text`, as it stands there in small letters. An "attached" that is
/// denied or asked for counts too; it is only a question.
pub(super) fn attached(text: &str) -> Option<String> {
    let text = text.to_lowercase().replace('’', "'");
    if let Some(piece) = PIECES.iter().find(|piece| text.contains(**piece)) {
        return Some((*piece).to_owned());
    }
    let joined = |c: char| c.is_alphanumeric() || matches!(c, '-' | '\'');
    let mut words = String::from(" ");
    for word in text
        .split(|c: char| !joined(c))
        .filter(|word| !word.is_empty())
    {
        words.push_str(word);
        words.push(' ');
    }
    WORDS.iter().find_map(|wanted| {
        let (start, ending) = match wanted.strip_suffix('*') {
            Some(start) => (format!(" {start}"), ""),
            None => (format!(" {wanted}"), " "),
        };
        let at = words.find(&format!("{start}{ending}"))?;
        let from = words.get(at + 1..)?;
        let rest = from.get(start.len() - 1..)?;
        let length = start.len() - 1 + rest.find(' ').unwrap_or(0);
        from.get(..length).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::attached;

    #[test]
    fn attachments_are_spoken_of() {
        let cases = [
            ("Please find the report attached.", Some("attached")),
            ("Vous trouverez ci-jointes les pages", Some("ci-jointes")),
            ("Voir pièce\njointe", Some("pièce jointe")),
            ("Im Anhang der Plan", Some("anhang")),
            ("Adjunto el informe", Some("adjunto")),
            ("In allegato la fattura", Some("allegato")),
            ("Zie bijlage", Some("bijlage")),
            ("Segue em anexo", Some("anexo")),
            ("W załączniku faktura", Some("załączniku")),
            ("請見附件", Some("附件")),
            ("I am unattached", None),
            ("detachment", None),
            ("Anhangabe", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(attached(text).as_deref(), expected, "{text}");
        }
    }
}
