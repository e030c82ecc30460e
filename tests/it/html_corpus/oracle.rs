//! What may be in a letter that is shown: an independent judge. It has its own tree, its own
//! lists and its own reading of CSS, so that a mistake in the sanitiser is not repeated here.

mod dom;
mod style;

use self::dom::{Kind, parse};

const ELEMENTS: &str = "a abbr acronym address area article aside b bdi bdo big blockquote br \
    caption center cite code col colgroup dd del details dfn dir div dl dt em figcaption figure \
    font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main map mark nav nobr ol p pre q rp \
    rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead \
    time tr tt u ul var wbr";

const ATTRIBUTES: &str = "abbr align alt aria-hidden aria-label background bgcolor border \
    bordercolor cellpadding cellspacing class clear color colspan compact coords dir face frame \
    height hidden href hspace id lang name noshade nowrap open rel reversed role rowspan rules \
    scope shape size span src start style summary target title type usemap valign value vspace \
    width";

/// Everything in `html` that may not be there.
pub(super) fn problems(html: &str, allows_image: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    let mut sheets = 0;
    let tree = parse(&format!("<!doctype html><html><head></head><body>{html}"));
    for node in &tree {
        match &node.kind {
            Kind::Document => {}
            Kind::Comment(text) => problems.push(format!("comment {text}")),
            Kind::Text(text) => {
                if node.parent_name(&tree) == "style" {
                    if text.contains('<') {
                        problems.push(format!("< in style sheet {text}"));
                    }
                    problems.extend(style::sheet_problems(text, allows_image));
                }
            }
            Kind::Element {
                namespace,
                name,
                attributes,
            } => {
                if namespace != "http://www.w3.org/1999/xhtml" {
                    problems.push(format!("element {name} of {namespace}"));
                }
                if matches!(name.as_str(), "html" | "head" | "body") {
                    if !attributes.is_empty() {
                        problems.push(format!("attributes on {name}: {attributes:?}"));
                    }
                    continue;
                }
                if name == "style" {
                    sheets += 1;
                    if !attributes.is_empty() {
                        problems.push(format!("attributes on style: {attributes:?}"));
                    }
                    continue;
                }
                if !ELEMENTS.split_whitespace().any(|known| known == name) {
                    problems.push(format!("element {name}"));
                }
                for (attribute, value) in attributes {
                    let wrong = attribute_problem(name, attribute, value, allows_image);
                    problems.extend(
                        wrong.map(|wrong| format!("{wrong}: {name} {attribute}={value:?}")),
                    );
                }
                let has = |wanted: &str| attributes.iter().any(|(name, _)| name == wanted);
                if has("href") && !(has("target") && has("rel")) {
                    problems.push(format!("link without target or rel: {attributes:?}"));
                }
            }
        }
    }
    if sheets > 1 {
        problems.push(format!("{sheets} style sheets"));
    }
    problems
}

fn attribute_problem(
    element: &str,
    attribute: &str,
    value: &str,
    allows_image: &dyn Fn(&str) -> bool,
) -> Option<String> {
    if !ATTRIBUTES
        .split_whitespace()
        .any(|known| known == attribute)
    {
        return Some("attribute".to_owned());
    }
    let right = match attribute {
        "href" => ["http://", "https://", "mailto:", "tel:"]
            .iter()
            .any(|scheme| value.starts_with(scheme)),
        "src" => element == "img" && allows_image(value),
        "background" => allows_image(value),
        "target" => value == "_blank",
        "rel" => value == "noopener noreferrer nofollow",
        "id" | "name" => value.starts_with("m_"),
        "class" => value.split(' ').all(|class| class.starts_with("m_")),
        "usemap" => value.starts_with("#m_"),
        "colspan" | "rowspan" | "span" => value.parse::<i32>().is_ok_and(|number| number <= 1000),
        "style" => {
            let problems = style::list_problems(value, allows_image);
            return (!problems.is_empty()).then(|| problems.join(", "));
        }
        _ => true,
    };
    (!right).then(|| "value".to_owned())
}

#[test]
fn the_oracle_sees_what_is_wrong() {
    let wrong = [
        "<script>x</script>",
        "<svg><g></g></svg>",
        "<img src=//h>",
        "<img src=x onerror=y>",
        "<a href=javascript:x target=_blank rel='noopener noreferrer nofollow'>",
        "<a href=https://h>",
        "<div id=x>",
        "<div class='m_a b'>",
        "<p style='background:url(//h)'>",
        "<p style='position:fixed'>",
        "<p style='width:expression(1)'>",
        "<p style='behavior:none'>",
        "<p style='--x:1'>",
        "<style>@import '//h';</style>",
        "<style>@font-face{src:url(//h)}</style>",
        "<style>p{background:image-set('//h' 1x)}</style>",
        "<style>p{color:var(--x)}</style>",
        "<style>.a{color:red}</style>",
        "<style></style><style></style>",
        "<!-- x -->",
        "<table background=//h>",
        "<input>",
    ];
    for html in wrong {
        assert!(!problems(html, &|_| false).is_empty(), "{html}");
    }
    let right = "<style>@media (max-width:600px){.m_a>p:hover{color:#fff}}</style><p id=m_x \
        style='color:red;background:url(\"data:image/png;base64,iVBORw0KGgo=\")'>x";
    let allows = |address: &str| address.starts_with("data:");
    assert_eq!(problems(right, &allows), Vec::<String>::new());
}
