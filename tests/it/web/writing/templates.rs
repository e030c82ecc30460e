//! Texts that are written often: kept clean, filled in where something is known.

use super::{Desk, prefers};
use crate::support::{browser::Answer, form::Form};

/// The numbers of the templates on their page.
fn numbers(page: &Answer) -> Vec<String> {
    let tags = page.tags();
    let links = tags.iter().filter(|tag| tag.name == "a");
    let numbers = links.filter_map(|tag| tag.get("href").strip_prefix("/settings/templates/"));
    numbers.map(str::to_owned).collect()
}

const SETTINGS: &str = "/settings/templates";

#[tokio::test]
async fn a_template_is_kept_changed_used_and_removed() {
    let mut desk = Desk::new().await;
    prefers(&desk.app, &desk.browser, "{\"writes\":\"text\"}").await;
    let page = desk.browser.page(SETTINGS).await;
    assert!(page.words().contains("None yet."), "{}", page.words());
    let form = Form::of(&page, "form template");
    let nameless = desk.browser.post(SETTINGS, &[("text", "kept")]).await;
    assert_eq!(nameless.status, 422);
    assert_eq!(Form::of(&nameless, "form template").value("text"), "kept");
    assert_eq!(form.value("name"), "");
    let fields = [
        ("name", "Thanks <i>"),
        ("subject", "Thank you, {{first_name}}"),
        (
            "text",
            "Dear {{ Name }},\r\n\r\nyours of {{case}}.\r\n{{email}}",
        ),
        ("rich", ""),
    ];
    let answer = desk.browser.post(SETTINGS, &fields).await;
    assert_eq!(
        answer.location().as_deref(),
        Some(SETTINGS),
        "{}",
        answer.text()
    );
    let page = desk.browser.page(SETTINGS).await;
    assert!(page.words().contains("Thanks <i>"));
    let [number] = numbers(&page).try_into().unwrap();

    // From the menu of a form, without a script.
    let page = desk.browser.page("/compose").await;
    let tags = page.tags();
    let path = format!("/compose?template={number}");
    assert!(
        tags.iter().any(|tag| tag.get("href") == path),
        "{}",
        page.text()
    );
    let form = desk
        .form(&format!(
            "{path}&to=%22Bell%2C%20Anna%22%20%3Ca%40example.org%3E"
        ))
        .await;
    assert_eq!(form.value("subject"), "Thank you, Anna");
    let text = form.value("text");
    assert!(
        text.starts_with("Dear Bell, Anna,\n\nyours of {{case}}.\na@example.org"),
        "{text}"
    );
    // Nobody to fill in: it stays to be seen.
    let form = desk.form(&path).await;
    assert_eq!(form.value("subject"), "Thank you, {{first_name}}");

    let one = format!("{SETTINGS}/{number}");
    let form = Form::of(&desk.browser.page(&one).await, "form template");
    assert_eq!(form.value("name"), "Thanks <i>");
    desk.browser
        .post(&one, &[("name", "Other"), ("text", "x")])
        .await;
    assert!(desk.browser.page(SETTINGS).await.words().contains("Other"));
    // Somebody else has none of this.
    let mut stranger = Desk::new().await;
    assert_eq!(stranger.browser.get(&one).await.status, 404);
    assert_eq!(stranger.browser.get(&path).await.status, 404);
    let deletion = format!("{one}/deletion");
    assert_eq!(stranger.browser.post(&deletion, &[]).await.status, 404);
    let answer = desk.browser.post(&deletion, &[]).await;
    assert_eq!(answer.location().as_deref(), Some(SETTINGS));
    assert_eq!(desk.browser.get(&one).await.status, 404);
    assert_eq!(desk.browser.get(&path).await.status, 404);
}

#[tokio::test]
async fn what_was_written_becomes_a_template() {
    let mut desk = Desk::new().await;
    let identities = desk.browser.page("/settings/identities").await;
    let tags = identities.tags();
    let mut links = tags.iter().map(|tag| tag.get("href"));
    let mut own = links.find(|href| href.starts_with("/settings/identities/"));
    let own = own.take().unwrap().to_owned();
    let form = Form::of(&desk.browser.page(&own).await, "form");
    let fields = ["name", "email"].map(|name| (name, form.value(name)));
    let signature = [("signature", "Robin, treasurer"), ("is_default", "true")];
    let answer = desk.browser.post(&own, &[fields, signature].concat()).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    for (writes, field) in [("text", "text"), ("rich", "rich")] {
        prefers(
            &desk.app,
            &desk.browser,
            &format!("{{\"writes\":\"{writes}\"}}"),
        )
        .await;
        let form = desk.form("/compose").await;
        let signed = form.value(field).to_owned();
        assert!(signed.contains("treasurer"), "{signed}");
        let form = form.set("subject", "Dues");
        // As the script says it.
        let form = match field {
            "rich" => form.set("format", "html"),
            _ => form,
        };
        let form = form.set(field, &format!("Dear {{{{name}}}}{signed}"));
        let answer = desk.browser.press(&form, "template").await;
        let path = answer.location().unwrap();
        let page = desk.browser.page(&path).await;
        let form = Form::of(&page, "form template");
        assert_eq!(form.action, SETTINGS, "nothing is made yet");
        assert_eq!(
            (form.value("name"), form.value("subject")),
            ("Dues", "Dues")
        );
        let kept = form.value(field);
        assert!(
            kept.contains("Dear {{name}}") && !kept.contains("treasurer"),
            "{field}: {kept:?} of {signed:?}"
        );
        let fields = ["subject", "text", "rich"].map(|name| (name, form.value(name)));
        let fields = [&fields[..], &[("name", writes)]].concat();
        let answer = desk.browser.post(SETTINGS, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        // The draft is there still.
        assert_eq!(
            desk.browser
                .get(path.strip_suffix("/template").unwrap())
                .await
                .status,
            200
        );
        let mut stranger = Desk::new().await;
        assert_eq!(stranger.browser.get(&path).await.status, 404);
    }
    assert_eq!(numbers(&desk.browser.page(SETTINGS).await).len(), 2);
}

#[tokio::test]
async fn a_template_may_be_as_long_as_is_said() {
    let mut desk = Desk::new().await;
    let (text, rich) = ("é".repeat(50_000), "<p>é</p>".repeat(11_000));
    let fields = [("name", "Long"), ("text", &text), ("rich", &rich)];
    let answer = desk.browser.post(SETTINGS, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let longer = format!("{text}é");
    let fields = [("name", "Longer"), ("text", &longer), ("rich", &rich)];
    let answer = desk.browser.post(SETTINGS, &fields).await;
    assert_eq!(answer.status, 422);
    assert!(answer.words().contains("too long"), "{}", answer.words());
    assert_eq!(numbers(&desk.browser.page(SETTINGS).await).len(), 1);
    // A draft that is longer makes no form that could not be saved.
    let form = desk.form("/compose").await;
    let form = form.set("subject", "Long").set("text", &longer);
    let path = desk.browser.press(&form, "template").await.location();
    let answer = desk.browser.get(&path.unwrap()).await;
    assert_eq!(answer.status, 422);
    assert!(answer.words().contains("too long"), "{}", answer.words());
}

#[tokio::test]
async fn a_template_cannot_act() {
    let mut desk = Desk::new().await;
    let evil = "<p onclick=alert(1)>Dear {{name}}<script>alert(1)</script>\
                <img src=x onerror=alert(1)></p>";
    let fields = [("name", "Evil"), ("rich", evil)];
    desk.browser.post(SETTINGS, &fields).await;
    let [number] = numbers(&desk.browser.page(SETTINGS).await)
        .try_into()
        .unwrap();
    let form = Form::of(
        &desk.browser.page(&format!("{SETTINGS}/{number}")).await,
        "form template",
    );
    let kept = form.value("rich");
    assert!(kept.contains("Dear {{name}}"), "{kept}");
    assert!(!kept.contains("onclick") && !kept.contains("script") && !kept.contains("onerror"));
    assert!(
        form.value("text").contains("Dear {{name}}"),
        "{}",
        form.value("text")
    );
    // For the script, with a name that would be HTML.
    let to = "%22%3Cb%3EAnna%3C%2Fb%3E%22%20%3Ca%40example.org%3E";
    let answer = desk
        .browser
        .get(&format!("/templates/{number}?to={to}&identity=1"))
        .await;
    let html = answer.json()["html"].as_str().unwrap().to_owned();
    assert!(html.contains("Dear &lt;b&gt;Anna&lt;/b&gt;"), "{html}");
    // A formatted message begins with it.
    let page = desk
        .browser
        .page(&format!("/compose?template={number}&to=a@example.org"))
        .await;
    let form = Form::of(&page, "compose");
    assert!(
        form.value("rich").contains("Dear"),
        "{}",
        form.value("rich")
    );
    assert!(!form.value("rich").contains("onclick"));
}
