//! Renders every page with made-up mail into a folder, to be looked at without any server:
//! `cargo run --example gallery -- target/gallery`, then serve that folder with anything.

use std::{fs, io, path::Path};

use jiff::tz::TimeZone;
use restante::{
    mail::mailbox::Role,
    web::{
        error_page::{ErrorPage, Fault},
        folders::{self, edit::FolderPage, index::FoldersPage},
        i18n::Language,
        login::new::{LoginPage, Message},
        mailbox::{
            list::Position,
            search_help::SearchHelpPage,
            show::{MailPage, Reader, ReaderProblem},
            tree::Tree,
        },
        message::{self, print::PrintPage},
        page::{Flash, Theme, Ui},
        settings::keys::KeysPage,
        stream::StreamAnswer,
    },
};

#[path = "gallery/compose.rs"]
mod compose;
#[path = "gallery/sample.rs"]
mod sample;
#[path = "gallery/settings.rs"]
mod settings;

/// Monday, 23 November 2026, 15:04 in Paris.
const NOW: i64 = 1_795_442_640_000;

fn main() -> io::Result<()> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "target/gallery".to_owned());
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let gallery = Gallery { folder };
    for (prefix, language, theme) in [
        ("en", Language::English, Theme::Light),
        ("dark", Language::English, Theme::Dark),
        ("fr", Language::French, Theme::Light),
        ("rtl", Language::Mirror, Theme::Light),
    ] {
        gallery.pages(prefix, &ui(language, theme))?;
    }
    Ok(())
}

fn ui(language: Language, theme: Theme) -> Ui {
    let mut ui = Ui::stranger(language, "", NOW);
    ui.address = Some("anna.larsen@example.org".to_owned());
    ui.zone = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
    ui.theme = theme;
    ui
}

struct Gallery<'a> {
    folder: &'a Path,
}

impl Gallery<'_> {
    fn pages(&self, prefix: &str, ui: &Ui) -> io::Result<()> {
        let save = |name: &str, page: &dyn askama::DynTemplate| self.save(prefix, name, page);
        self.mail(prefix, ui)?;
        for (name, message) in [
            ("login", None),
            ("login-refused", Some(Message::Refused)),
            ("login-certificate", Some(Message::Certificate)),
            ("login-ended", Some(Message::SessionEnded)),
        ] {
            let mut ui = ui.clone();
            ui.address = None;
            let address = if message.is_some() {
                "anna.larsen@example.org"
            } else {
                ""
            };
            let (address, next) = (address.to_owned(), String::new());
            save(
                name,
                &LoginPage {
                    ui,
                    address,
                    stay: false,
                    next,
                    message,
                },
            )?;
        }
        let ui = || ui.clone();
        let tree = Tree::new(&ui(), &sample::mailboxes(), None, true);
        let view = sample::message(&ui(), &sample::place(&ui(), Role::Inbox));
        save("search-help", &SearchHelpPage { ui: ui() })?;
        save("source", &settings::source(ui()))?;
        save("headers", &settings::headers(ui()))?;
        save(
            "print",
            &PrintPage {
                ui: ui(),
                message: view.clone(),
            },
        )?;
        let inbox = sample::place(&ui(), Role::Trash);
        let back = inbox.path();
        save(
            "deletion",
            &message::deletion::of_one(ui(), &inbox, view.email.id, "Lunch", back),
        )?;
        save(
            "emptying",
            &folders::emptying::question(ui(), &inbox, 1_204, "/".to_owned()),
        )?;
        save(
            "folder-deletion",
            &folders::deletion::question(ui(), &inbox, 12),
        )?;
        let (name, problem) = (String::new(), None);
        save(
            "folders",
            &FoldersPage {
                ui: ui(),
                tree: tree.clone(),
                name,
                problem,
            },
        )?;
        let folder = tree.others.get(1).cloned();
        if let Some(folder) = folder {
            save(
                "folder",
                &FolderPage {
                    ui: ui(),
                    tree,
                    folder,
                    problem: None,
                },
            )?;
        }
        save("appearance", &settings::appearance(ui()))?;
        save("reading", &settings::reading(ui()))?;
        save("writing", &settings::writing(ui()))?;
        save("identities", &settings::identities(ui()))?;
        save("sessions", &settings::sessions(ui()))?;
        save("keys", &KeysPage { ui: ui() })?;
        save("compose", &compose::new(ui()))?;
        save("reply", &compose::reply(ui()))?;
        save("outbox", &compose::outbox(ui()))?;
        for (name, fault, retry) in [
            ("error-folder", Fault::NoSuchFolder, None),
            ("error-away", Fault::ServerAway, Some("/m/x".to_owned())),
            (
                "error-internal",
                Fault::Internal("4f1c-92aa".to_owned()),
                None,
            ),
        ] {
            save(
                name,
                &ErrorPage {
                    ui: ui(),
                    fault,
                    retry,
                    back: "/".to_owned(),
                },
            )?;
        }
        Ok(())
    }

    fn mail(&self, prefix: &str, ui: &Ui) -> io::Result<()> {
        let page = |role: Role| {
            let place = sample::place(ui, role);
            MailPage {
                ui: ui.clone(),
                tree: Tree::new(ui, &sample::mailboxes(), Some(place.id), false),
                list: sample::list(place),
                reader: Reader::Nothing,
            }
        };
        let save = |name: &str, page: &MailPage| self.save(prefix, name, page);
        let mut list = page(Role::Inbox);
        list.ui.flash = Some(Flash {
            sentence: sample::flash(ui),
            problem: false,
            undo: Some("token".to_owned()),
        });
        save("list", &list)?;

        let mut compact = page(Role::Inbox);
        compact.ui.density = restante::web::page::Density::Compact;
        save("compact", &compact)?;

        for (name, html) in [("message", false), ("html", true)] {
            let mut open = page(Role::Inbox);
            let mut view = sample::message(ui, &open.list.place);
            if html {
                view = sample::html_message(ui, &open.list.place);
            }
            open.list.open = Some(view.email.id);
            open.reader = Reader::Message(Box::new(view));
            save(name, &open)?;
        }

        let mut odd = page(Role::Junk);
        let view = sample::odd_message(&odd.list.place);
        odd.list.open = Some(view.email.id);
        odd.reader = Reader::Message(Box::new(view));
        save("odd", &odd)?;

        let mut empty = page(Role::Archive);
        empty.list.rows.clear();
        (empty.list.total, empty.list.unread, empty.list.has_older) = (0, 0, false);
        save("empty", &empty)?;

        let mut found = page(Role::Inbox);
        found.list.query = "from:anna subject:\"annual report\"".to_owned();
        found.list.rows.truncate(3);
        (found.list.total, found.list.has_older) = (3, false);
        save("search", &found)?;
        found.list.rows.clear();
        save("search-nothing", &found)?;

        let mut away = page(Role::Inbox);
        away.list.rows.clear();
        away.list.has_older = false;
        away.list.problem = Some(ui.t("error-away-title"));
        save("away", &away)?;

        let mut gone = page(Role::Inbox);
        gone.list.position = Position::Newest;
        gone.reader = Reader::Problem(ReaderProblem {
            sentence: ui.t("error-message"),
            retry: None,
        });
        save("gone", &gone)?;

        let answer = StreamAnswer {
            ui: list.ui.clone(),
            removed: list
                .list
                .rows
                .iter()
                .take(1)
                .map(|row| row.email.id)
                .collect(),
            changed: Some(list.list.clone()),
            label: None,
            folders: list.tree.main.clone(),
        };
        self.save(prefix, "stream", &answer)
    }

    fn save(&self, prefix: &str, name: &str, page: &dyn askama::DynTemplate) -> io::Result<()> {
        let html = page.dyn_render().map_err(io::Error::other)?;
        fs::write(self.folder.join(format!("{prefix}-{name}.html")), html)
    }
}
