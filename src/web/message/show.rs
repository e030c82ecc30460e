//! The reader's pane: one message, who it is from, what it says, what to do with it.

use crate::{
    mail::{
        address::Address,
        email::EmailSummary,
        id::{EmailId, MailboxId},
        keyword::{FLAGGED, SEEN},
    },
    web::{
        mailbox::{
            emails::Emails,
            labels::Label,
            place::Place,
            tree::{Folder, Tree},
        },
        message::{
            attachment::Attachment,
            body::Shown,
            caution::{Caution, Note},
            deletion,
            look::{Look, Paper},
            receipt::ReceiptLine,
            report::ReportCard,
            talk::Talk,
        },
        page::Ui,
        settings::reading::Advance,
    },
};

/// A message as the reader shows it. Shown within [`MailPage`](crate::web::mailbox::show::MailPage).
#[derive(Clone, Debug)]
pub struct MessageView {
    /// Header and keywords.
    pub email: EmailSummary,
    /// The folder it is read in.
    pub place: Place,
    /// The list's part of the address (`?q=…&before=…`), carried through every action.
    pub context: String,
    /// The neighbours in the list.
    pub neighbours: Neighbours,
    /// Warnings.
    pub cautions: Vec<Caution>,
    /// Quiet lines.
    pub notes: Vec<Note>,
    /// Pictures from elsewhere.
    pub remote: Remote,
    /// How it is wanted to look.
    pub look: Look,
    /// What its HTML lies on, where that can be chosen.
    pub paper: Paper,
    /// What became of a message: of this one, or of the one that this is a report of.
    pub report: Option<ReportCard>,
    /// Its sender asks to be told that it was read.
    pub receipt: Option<ReceiptLine>,
    /// The conversation around it; `None` for a message that is alone.
    pub talk: Option<Talk>,
    /// The same message once more in the folder: what is done to it is done to them.
    pub copies: Vec<EmailId>,
    /// One of those is not read, and will not be by opening the page.
    pub copy_unread: bool,
    /// It is opened in place, in the frame of its row.
    pub is_card: bool,
    /// What it says.
    pub body: Vec<Shown>,
    /// What is attached.
    pub attachments: Vec<Attachment>,
    /// Whether the page is dark, so that HTML is asked for in colours that go with it.
    pub dark: bool,
    /// A sentence when the body could not be had; the header is shown all the same.
    pub problem: Option<String>,
    /// Where the page goes when the message is filed or deleted.
    pub advance: Advance,
    /// After how many milliseconds the page marks it read; `None` when it is read already or
    /// the person marks by hand.
    pub mark_read_after: Option<u32>,
}

/// The messages above and below in the list, as paths.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    /// The one above.
    pub newer: Option<String>,
    /// The one below.
    pub older: Option<String>,
}

/// What became of pictures that lie on other servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// How many the message asks for.
    pub count: u32,
    /// Whether they are shown.
    pub shown: bool,
    /// Whether they are always shown from this sender.
    pub always: bool,
    /// Whether that may be had: the sender is known and not in doubt.
    pub can_always: bool,
}

/// One line of the folded details.
pub struct Field {
    /// The field's name in the reader's language.
    pub name: String,
    /// The addresses.
    pub people: Vec<Address>,
}

impl MessageView {
    /// The path of the message.
    pub fn path(&self) -> String {
        format!("{}/{}", self.place.path(), self.email.id)
    }

    /// A path below the message's, with the list's part of the address.
    pub fn action(&self, noun: &str) -> String {
        format!("{}/{noun}{}", self.path(), self.context)
    }

    /// The same with how it is wanted to look.
    pub fn action_in_look(&self, noun: &str) -> String {
        format!("{}/{noun}{}", self.path(), self.look.behind(&self.context))
    }

    /// The path of the message on other paper; `None` where there is nothing to choose.
    pub fn on_other_paper(&self) -> Option<String> {
        let light = match self.paper {
            Paper::Given => return None,
            Paper::Dark => true,
            Paper::Light => false,
        };
        let look = Look { light, ..self.look };
        Some(format!("{}{}", self.path(), look.behind(&self.context)))
    }

    /// The path that files the message or marks it: opened from a list of conversations, all of its
    /// conversation that lies in the folder.
    pub fn filing(&self, noun: &str) -> String {
        format!(
            "{}/{}/{noun}{}",
            self.place.path(),
            self.filed(),
            self.context
        )
    }

    /// The messages that are filed so, as paths name them.
    pub fn filed(&self) -> String {
        self.whole().map_or_else(|| self.own_ids(), Talk::value)
    }

    /// The path that files this message alone or marks it, and its copies with it.
    pub fn own(&self, noun: &str) -> String {
        format!("{}/{noun}{}", self.own_path(), self.context)
    }

    /// The path of this message and its copies.
    pub fn own_path(&self) -> String {
        format!("{}/{}", self.place.path(), self.own_ids())
    }

    /// The message and its copies, as paths and forms name them.
    pub fn own_ids(&self) -> String {
        let mut ids = self.copies.clone();
        ids.push(self.email.id);
        Emails::written(&ids).to_string()
    }

    /// Whether it has a menu of its own: where the buttons above are not about it alone.
    pub fn has_own_menu(&self) -> bool {
        self.is_card || self.whole().is_some()
    }

    /// The frame that it is in, where it is opened in place.
    pub fn frame(&self) -> String {
        format!("card-{}", self.email.id)
    }

    /// The path of an answer: from the buttons above a whole conversation, to its last message.
    pub fn answer(&self, noun: &str) -> String {
        match &self.talk {
            Some(talk) if talk.is_whole => self.last(noun),
            _ => self.action(noun),
        }
    }

    /// Whether that may go to several.
    pub fn answers_several(&self) -> bool {
        match &self.talk {
            Some(talk) if talk.is_whole => talk.last.has_others,
            _ => self.has_others(),
        }
    }

    /// The path of an answer to the last message of the conversation.
    pub fn last(&self, noun: &str) -> String {
        match &self.talk {
            Some(Talk { last, .. }) => format!("{}/{noun}{}", last.path, last.tail),
            None => self.action(noun),
        }
    }

    /// Whether that may go to several.
    pub fn last_has_others(&self) -> bool {
        let talk = self.talk.as_ref();
        talk.is_some_and(|talk| talk.last.has_others)
    }

    /// The conversation ends with a message that is folded.
    pub fn ends_elsewhere(&self) -> bool {
        let talk = self.talk.as_ref();
        talk.is_some_and(|talk| !talk.last.is_shown)
    }

    /// Whether a star stands beside the subject: among the messages of a conversation each has its
    /// own, unless all are marked at once.
    pub fn has_topic_star(&self) -> bool {
        self.talk.is_none() || self.whole().is_some()
    }

    /// By what a screen reader tells it from the others of its conversation.
    pub fn name(&self, ui: &Ui) -> String {
        let date = ui.full_date(self.date());
        ui.t2("talk-message", "from", self.sender_name(ui), "date", date)
    }

    /// The conversation, where what is done is done to all of it.
    pub fn whole(&self) -> Option<&Talk> {
        let talk = self.talk.as_ref();
        talk.filter(|talk| talk.is_whole && talk.is_several())
    }

    /// Whether the mark on the buttons above is "unread".
    pub fn marks_unread(&self) -> bool {
        self.whole().map_or(self.is_unread(), Talk::is_unread)
    }

    /// Whether the star beside the subject is set.
    pub fn marks_starred(&self) -> bool {
        self.whole().map_or(self.is_starred(), Talk::is_starred)
    }

    /// The list that it was opened from.
    pub fn back(&self) -> String {
        format!("{}{}", self.place.path(), self.context)
    }

    /// The subject, or a word for its absence.
    pub fn subject(&self, ui: &Ui) -> String {
        match self.email.subject.trim() {
            "" => ui.t("no-subject"),
            subject => subject.to_owned(),
        }
    }

    /// What becomes of it when it is deleted for good.
    pub fn deletion(&self, ui: &Ui) -> String {
        match self.whole() {
            Some(_) => deletion::selected(ui),
            None => deletion::sentence(ui, &self.subject(ui)),
        }
    }

    /// Long subjects are set smaller.
    pub fn has_long_subject(&self) -> bool {
        self.email.subject.chars().nth(120).is_some()
    }

    /// Not read yet.
    pub fn is_unread(&self) -> bool {
        !self.email.keywords.has(SEEN) || self.copy_unread
    }

    /// Somebody besides the sender and the reader is named in it: an answer may go to all.
    pub fn has_others(&self) -> bool {
        self.email.to.len() + self.email.cc.len() > 1
    }

    /// It came through a mailing list.
    pub fn is_from_list(&self) -> bool {
        let mut notes = self.notes.iter();
        notes.any(|note| matches!(note, Note::List { .. }))
    }

    /// Starred.
    pub fn is_starred(&self) -> bool {
        self.email.keywords.has(FLAGGED)
    }

    /// Its labels.
    pub fn labels<'a>(&'a self, ui: &Ui) -> impl Iterator<Item = Label<'a>> {
        Label::all(ui, &self.email.keywords)
    }

    /// The name in large letters.
    pub fn sender_name(&self, ui: &Ui) -> String {
        match self.email.from.first().map(Address::label) {
            None | Some("") => ui.t("row-no-sender"),
            Some(label) => label.to_owned(),
        }
    }

    /// The address beside the name; `None` when the name is all there is.
    pub fn sender_address(&self) -> Option<&str> {
        let from = self.email.from.first()?;
        from.name.as_ref().map(|_| from.email.as_str())
    }

    /// The letters on the sender's mark.
    pub fn initial(&self, ui: &Ui) -> String {
        let name = self.sender_name(ui);
        let first = name.chars().find(|c| c.is_alphanumeric());
        first.map_or_else(|| "?".to_owned(), |c| c.to_uppercase().to_string())
    }

    /// "to me, Paul and 3 others": one line of everybody it went to.
    pub fn recipients(&self, ui: &Ui) -> String {
        const NAMED: usize = 3;
        let everybody = [&self.email.to, &self.email.cc, &self.email.bcc];
        let own = ui.signed_in_as();
        let mut names: Vec<String> = Vec::new();
        for person in everybody.into_iter().flatten() {
            let is_own = !own.is_empty() && person.email.eq_ignore_ascii_case(own);
            names.push(match is_own {
                true => ui.t("me"),
                false => person.label().to_owned(),
            });
        }
        let rest = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        match (names.is_empty(), rest) {
            (true, _) => ui.t("message-to-nobody"),
            (false, 0) => ui.t1("message-to", "names", names.join(", ")),
            (false, _) => ui.t2(
                "message-to-and-others",
                "names",
                names.join(", "),
                "rest",
                ui.tn("message-to-others", rest),
            ),
        }
    }

    /// When it was written, else when it came.
    pub fn date(&self) -> i64 {
        self.email.sent_at.unwrap_or(self.email.received_at)
    }

    /// The fields of the folded details, empty ones left out.
    pub fn fields(&self, ui: &Ui) -> Vec<Field> {
        let email = &self.email;
        let same_as_from = email.reply_to == email.from;
        [
            ("field-from", &email.from, false),
            ("field-sender", &email.sender, email.sender == email.from),
            ("field-reply-to", &email.reply_to, same_as_from),
            ("field-to", &email.to, false),
            ("field-cc", &email.cc, false),
            ("field-bcc", &email.bcc, false),
        ]
        .into_iter()
        .filter(|(_, people, hidden)| !people.is_empty() && !hidden)
        .map(|(key, people, _)| Field {
            name: ui.t(key),
            people: people.clone(),
        })
        .collect()
    }

    /// The date as the sender wrote it, where the header says so.
    pub fn sender_date(&self, ui: &Ui) -> Option<String> {
        let sent = self.email.sent_at?;
        Some(ui.sender_date(sent, self.email.sent_offset?))
    }

    /// The path of an HTML part's own document.
    pub fn document(&self, section: &str) -> String {
        let dress = match (self.remote.shown, self.dark) {
            (false, false) => "",
            (true, false) => "?images=1",
            (false, true) => "?dark=1",
            (true, true) => "?images=1&dark=1",
        };
        format!("{}/html/{section}{dress}", self.path())
    }

    /// The path that downloads everything attached.
    pub fn archive(&self) -> String {
        format!("{}/attachments.zip", self.path())
    }

    /// The path that downloads a part.
    pub fn download(&self, section: &str) -> String {
        format!("{}/parts/{section}", self.path())
    }

    /// The path that shows a part in the browser.
    pub fn inline(&self, section: &str) -> String {
        format!("{}/parts/{section}?inline=1", self.path())
    }

    /// Whether the notice on pictures stands above the body.
    pub fn hides_images(&self) -> bool {
        self.remote.count > 0 && !self.remote.shown
    }

    /// Everything attached, in sum.
    pub fn attachments_size(&self) -> u64 {
        self.attachments.iter().map(|one| one.size).sum()
    }

    /// The folders it can be moved to.
    pub fn targets<'a>(&self, tree: &'a Tree) -> Vec<&'a Folder> {
        tree.targets(self.mailbox())
    }

    /// The folder it is read in.
    pub fn mailbox(&self) -> MailboxId {
        self.place.id
    }
}
