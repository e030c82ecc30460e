//! From an opened message to what the reader's pane shows.

use std::collections::HashSet;

use crate::{
    engine::{
        documents::{Dress, Links},
        images::ImageSigner,
        read::Opened,
    },
    mail::{
        html::{self, DarkFit},
        id::EmailId,
        plan::{self, ShownKind},
        report::Report,
        text,
        warning::{self, Warning, list::Unsubscribe},
    },
    web::{
        error::Error,
        mailbox::place::Place,
        message::{
            attachment::{Attachment, Preview},
            body::{Piece, Shown, Span},
            caution::{Caution, Note},
            look::{Look, Paper},
            report::ReportCard,
            show::{MessageView, Neighbours, Remote},
        },
        signed_in::SignedIn,
        state::Web,
    },
};

/// Quotations of at least this many lines are folded away at first.
const FOLD_FROM: u32 = 4;

/// Where the pages serve what a document refers to.
pub(crate) struct DocumentLinks {
    base: String,
    path: String,
    signer: ImageSigner,
}

impl DocumentLinks {
    /// The links of one message, at `path` (`/m/…/…`).
    pub(crate) fn new(web: &Web, signed_in: &SignedIn, path: String) -> Self {
        Self {
            base: web.config.base_path().to_owned(),
            path,
            signer: web.engine.image_signer(signed_in.session.user),
        }
    }
}

impl Links for DocumentLinks {
    fn door(&self) -> &'static str {
        "pages"
    }

    fn has_boxes(&self) -> bool {
        true
    }

    fn part(&self, section: &str) -> String {
        format!("{}{}/parts/{section}?inline=1", self.base, self.path)
    }

    fn image(&self, url: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("u", url)
            .append_pair("s", &self.signer.sign(url));
        format!("{}/image?{}", self.base, query.finish())
    }
}

/// What the pane shows. Sanitises the HTML parts, so that their documents are in memory when the
/// browser asks for them.
pub(crate) async fn message(
    web: &Web,
    signed_in: &SignedIn,
    opened: &Opened,
    place: Place,
    look: Look,
    report: Option<&Report>,
) -> Result<MessageView, Error> {
    let warnings = warnings(signed_in, opened);
    let sender = grantee(opened, &warnings);
    let trusted = match sender {
        Some(sender) => web.engine.trusts(signed_in.session.user, sender).await?,
        None => false,
    };
    let plan = opened.plan();
    let report = report.and_then(|it| ReportCard::of_report(&signed_in.ui, opened, it));
    let mut remote = Remote {
        count: 0,
        shown: look.images || trusted,
        always: trusted,
        can_always: sender.is_some(),
    };
    let id = opened.summary.id;
    let dark = signed_in.dark && !look.light;
    let mut paper = Paper::Given;
    let mut body = Vec::new();
    for shown in &plan.show {
        let section = shown.section();
        let text = opened.text(section);
        match (shown.kind, text) {
            // The card says it in words, and has this folded away.
            (ShownKind::Report, _) if report.is_some() => continue,
            (ShownKind::Html, Some(_)) => {
                let html =
                    document(web, signed_in, id, section, remote.shown, dark, &place).await?;
                remote.count += html.remote;
                body.push(match html.fallback {
                    Some(text) => Shown::Text(pieces(&text::render(&text, false, false))),
                    None => {
                        paper = paper_of(signed_in.dark, look, html.adapts).unwrap_or(paper);
                        Shown::Html {
                            section: section.to_owned(),
                            adapts: html.adapts && !look.light,
                        }
                    }
                });
            }
            (ShownKind::Image, _) => body.push(Shown::Image {
                section: section.to_owned(),
                name: shown.part.filename.clone().unwrap_or_default(),
            }),
            (_, Some(text)) => {
                let blocks = text::render(&text.text, shown.part.flowed, shown.part.delsp);
                body.push(Shown::Text(pieces(&blocks)));
            }
            (_, None) => {}
        }
        if text.is_some_and(|text| text.cut || text::is_truncated(&text.text)) {
            body.push(Shown::Notice(signed_in.ui.t("body-cut")));
        }
    }
    if plan.truncated {
        body.push(Shown::Notice(signed_in.ui.t("body-parts-cut")));
    }
    let attachments = attached(opened, &plan);
    Ok(MessageView {
        email: opened.summary.clone(),
        place,
        context: String::new(),
        neighbours: Neighbours::default(),
        cautions: cautions(&warnings, opened),
        notes: notes(signed_in, opened, &plan),
        remote,
        look,
        paper,
        dark,
        problem: (body.is_empty() && attachments.is_empty() && report.is_none())
            .then(|| signed_in.ui.t("body-empty")),
        body,
        report,
        receipt: None,
        talk: None,
        copies: Vec::new(),
        copy_unread: false,
        is_card: false,
        attachments: attachments.iter().map(attachment).collect(),
        mark_read_after: None,
        advance: signed_in.preferences.advance(),
    })
}

/// What is listed as attached: the files, and the pictures that no text shows.
pub(crate) fn attached<'a>(
    opened: &Opened,
    plan: &plan::BodyPlan<'a>,
) -> Vec<plan::Attachment<'a>> {
    let named = named_cids(opened);
    plan.attachments_with_unused(|cid| named.contains(cid))
}

/// What there is to choose where a part lies on dark paper, or would.
fn paper_of(dark: bool, look: Look, adapts: bool) -> Option<Paper> {
    match (dark, look.light) {
        (true, true) => Some(Paper::Light),
        (true, false) if adapts => Some(Paper::Dark),
        _ => None,
    }
}

/// The Content-IDs that the HTML parts name (RFC 2392), in one pass over their texts.
fn named_cids(opened: &Opened) -> HashSet<&str> {
    let texts = opened.texts.iter().map(|text| text.text.as_ref());
    let after = texts.flat_map(|text: &str| text.split("cid:").skip(1));
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '>' | ')' | '&');
    after.filter_map(|rest| rest.split(is_end).next()).collect()
}

/// An HTML part after the sanitiser.
struct Document {
    adapts: bool,
    remote: u32,
    /// The text to show in its place.
    fallback: Option<String>,
}

async fn document(
    web: &Web,
    signed_in: &SignedIn,
    id: EmailId,
    section: &str,
    images: bool,
    dark: bool,
    place: &Place,
) -> Result<Document, Error> {
    let path = format!("{}/{id}", place.path());
    let links = DocumentLinks::new(web, signed_in, path);
    let account = &signed_in.account;
    let dress = Dress { images, dark };
    let sanitised = web
        .engine
        .document(account, id, section, dress, links)
        .await?;
    let fallback = match sanitised.too_complex {
        true => {
            let opened = account.open_known(id).await?;
            opened.text(section).map(|text| html::to_text(&text.text))
        }
        false => None,
    };
    Ok(Document {
        adapts: sanitised.dark == DarkFit::Adapts,
        remote: sanitised.blocked_remote,
        fallback,
    })
}

/// Blocks as the template takes them: quotes open and close. Without recursion: text nests as
/// deep as its writer likes.
fn pieces(blocks: &[text::Block]) -> Vec<Piece> {
    enum Step<'a> {
        Block(&'a text::Block),
        Close { folded: bool },
    }
    let mut pieces = Vec::new();
    let mut steps: Vec<Step<'_>> = blocks.iter().rev().map(Step::Block).collect();
    while let Some(step) = steps.pop() {
        match step {
            Step::Close { folded } => pieces.push(Piece::QuoteClose { folded }),
            Step::Block(text::Block::Lines(lines)) => pieces.push(Piece::Lines(spans(lines))),
            Step::Block(text::Block::Signature(lines)) => {
                pieces.push(Piece::Signature(spans(lines)));
            }
            Step::Block(text::Block::Quote { lines, blocks }) => {
                let folded = *lines >= FOLD_FROM;
                pieces.push(Piece::QuoteOpen {
                    lines: *lines,
                    folded,
                });
                steps.push(Step::Close { folded });
                steps.extend(blocks.iter().rev().map(Step::Block));
            }
        }
    }
    pieces
}

fn spans(lines: &[text::Line]) -> Vec<Vec<Span>> {
    let span = |span: &text::Span| match span {
        text::Span::Text(text) => Span::Text(text.clone()),
        text::Span::Link { href, text } => Span::Link {
            href: href.clone(),
            text: text.clone(),
        },
    };
    lines
        .iter()
        .map(|line| line.spans.iter().map(span).collect())
        .collect()
}

fn attachment(attachment: &plan::Attachment<'_>) -> Attachment {
    let preview = match attachment.kind {
        plan::AttachmentKind::Image if plan::is_inline_image(attachment.media_type) => {
            Preview::Image
        }
        _ if attachment.media_type == "text/plain" => Preview::Text,
        _ => Preview::None,
    };
    Attachment {
        section: attachment.section.to_owned(),
        name: match &attachment.name {
            plan::Name::Given(name) => Some((*name).to_owned()),
            plan::Name::Unnamed(_) => None,
        },
        media_type: attachment.media_type.to_owned(),
        size: attachment.decoded_size(),
        preview,
    }
}

/// What there is to say about the sender.
pub(crate) fn warnings(signed_in: &SignedIn, opened: &Opened) -> Vec<Warning> {
    let own = [signed_in.account.address().to_owned()];
    let context = warning::Context {
        own: &own,
        trusted: signed_in.account.authserv(),
    };
    warning::warnings(&opened.fields(), &context)
}

/// The address that "always show pictures from this sender" is about. `None` where the message may
/// be from somebody else: such a one must neither get that grant nor use it.
pub(crate) fn grantee<'a>(opened: &'a Opened, warnings: &[Warning]) -> Option<&'a str> {
    if warnings.iter().any(Warning::doubts_sender) {
        return None;
    }
    let sender = opened.summary.from.first()?;
    Some(sender.email.as_str()).filter(|address| !address.is_empty())
}

fn cautions(warnings: &[Warning], opened: &Opened) -> Vec<Caution> {
    let mut cautions: Vec<Caution> = warnings.iter().map(caution).collect();
    if opened.malformed {
        cautions.push(Caution::Malformed);
    }
    cautions.dedup();
    cautions
}

/// The line that says it.
pub(crate) fn caution(warning: &Warning) -> Caution {
    match warning {
        Warning::SeveralFrom(_)
        | Warning::NoFrom
        | Warning::FromWithoutAddress(_)
        | Warning::MalformedFrom(_) => Caution::SenderUnclear,
        Warning::NameHoldsAddress { shown, actual }
        | Warning::NameHoldsDomain { shown, actual } => Caution::NameIsAddress {
            name: shown.clone(),
            address: actual.clone(),
        },
        Warning::HiddenCharacters => Caution::Hidden,
        Warning::LookalikeDomain { ascii, .. } => Caution::Disguised {
            address: ascii.clone(),
        },
        Warning::ReplyToElsewhere { reply_to, .. } => Caution::ReplyElsewhere {
            address: reply_to.clone(),
        },
        Warning::OwnAddressForged(_) | Warning::AuthenticationFailed(_) => Caution::NotAuthentic,
        Warning::SentBy(domain) => Caution::SentBy {
            address: domain.clone(),
        },
    }
}

fn notes(signed_in: &SignedIn, opened: &Opened, plan: &plan::BodyPlan<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(list) = signed_in.account.list_of(opened) {
        let leaving = list.way_out().map(|way| match way {
            Unsubscribe::Page {
                one_click: true, ..
            } => Note::UnsubscribeAtOnce,
            Unsubscribe::Page { url, .. } => Note::Unsubscribe { href: url.clone() },
            Unsubscribe::Mail { to, subject, body } => Note::UnsubscribeByMail {
                to: to.clone(),
                subject: subject.clone(),
                body: body.clone(),
            },
        });
        if let Some(name) = list.name.or(list.id) {
            notes.push(Note::List { name });
        }
        notes.extend(leaving);
    }
    if plan.signature.is_some() {
        notes.push(Note::Signed);
    }
    if plan.encrypted {
        notes.push(Note::Encrypted);
    }
    if plan.invitation.is_some() {
        notes.push(Note::Invitation);
    }
    notes
}
