//! What companies send: newsletters with remote pictures, shops, receipts, tickets with a picture
//! inside, a letter from an office program. Issue after issue, week after week.

use super::{
    DAY, HOUR, Office,
    compose::Part,
    files::{self, Picture, landscape, ticket_code},
    talks::escape,
};
use crate::mail::keyword::{FLAGGED, SEEN};

/// Title, first and second paragraph of a newsletter.
type Issue = (&'static str, &'static str, &'static str);

const WEEKLY: &[Issue] = &[
    (
        "On waiting well",
        "There is a bench in our street that faces a wall. For years we thought it a mistake. Then somebody sat down on it and told us about the wall.",
        "This week: people who wait for a living, from the ferryman to the night pharmacist, and what they look at.",
    ),
    (
        "The last typewriter shop",
        "It closes on Thursdays and at whim. Inside, forty machines and one man who can tell from a letter which of them wrote it.",
        "He has agreed to answer your questions, provided they are typed.",
    ),
    (
        "A field guide to puddles",
        "Five kinds, says the geographer, and draws them on the table with her tea. The sixth she keeps to herself.",
        "Also: why the town of Lower Marsh rings its bells when the ford is dry.",
    ),
    (
        "Small museums, large keys",
        "Ask at the bakery for the key. Bring it back before the bread is out. We visited nine museums with no opening hours.",
        "The museum of string is, as promised, longer than it looks.",
    ),
    (
        "Letters that arrived late",
        "Forty-one years is the record among our readers. The letter said: see you tomorrow.",
        "Two of them did meet in the end, at the counter of the same post office.",
    ),
];

const SHOP: &[Issue] = &[
    (
        "Winter is coming. So is wool.",
        "Up to 30 % off everything that keeps you warm, until Sunday at midnight.",
        "Prices include tax. While stocks last.",
    ),
    (
        "The boots that come back",
        "Send us your old pair and we resole it for the price of lunch.",
        "Offer valid in our own workshops only.",
    ),
    (
        "New: the lantern",
        "Brass, four hours on one charge, repairable with a single screw.",
        "Batteries are included and replaceable.",
    ),
];

/// Name of the seller, address, what was bought, prices in cents.
type Purchase = (&'static str, &'static str, &'static [(&'static str, u32)]);

const PURCHASES: &[Purchase] = &[
    (
        "Corner Books",
        "orders@corner-books.example",
        &[
            ("The House at Low Water", 1890),
            ("Atlas of Small Islands", 3400),
            ("Gift wrapping", 200),
        ],
    ),
    (
        "Greengrocer on the Square",
        "box@greengrocer.example",
        &[
            ("Vegetable box, medium", 2150),
            ("Quinces, 1 kg", 480),
            ("Deposit returned", 0),
        ],
    ),
    (
        "Lumen Energy",
        "billing@lumen.example",
        &[("Electricity, 212 kWh", 5936), ("Standing charge", 1150)],
    ),
    (
        "Fenland Hosting",
        "invoices@fenland.example",
        &[
            ("Virtual server, small", 600),
            ("Backup, 40 GB", 240),
            ("Domain example.org", 1200),
        ],
    ),
    (
        "Halley's Bicycles",
        "workshop@halley.example",
        &[
            ("Brake pads, pair", 1400),
            ("Chain", 2600),
            ("Labour, 45 min", 3375),
        ],
    ),
];

/// The letters of one week; 0 is this week.
pub(super) fn post(office: &mut Office, week: i64) {
    let age = week * 7 * DAY;
    let issue = pick(WEEKLY, week);
    weekly(office, week, age + 2 * DAY + 6 * HOUR, issue);
    shop(office, week, age + DAY + 3 * HOUR, pick(SHOP, week));
    receipt(
        office,
        week,
        age + 3 * DAY + 2 * HOUR,
        pick(PURCHASES, week),
    );
    receipt(
        office,
        week + 100,
        age + 5 * DAY + 7 * HOUR,
        pick(PURCHASES, week + 2),
    );
    if week % 3 == 0 {
        ticket(office, week, age + 9 * HOUR);
    }
    if week % 4 == 1 {
        council(office, week, age + 30 * HOUR);
    }
}

fn weekly(office: &mut Office, week: i64, age: i64, (title, lead, second): Issue) {
    let number = 214 - week;
    let html = fill(
        include_str!("letters/weekly.html"),
        title,
        lead,
        second,
        number,
    );
    let plain = format!(
        "{title}\n\n{lead}\n\n{second}\n\nRead it here: https://longbench.example/{number}\n"
    );
    let mut letter = office.letter(
        "The Long Bench <letter@longbench.example>",
        &format!("{title} (No. {number})"),
        age,
    );
    letter.extra = vec![
        "List-Id: <letter.longbench.example>".to_owned(),
        "List-Unsubscribe: <https://longbench.example/leave>".to_owned(),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click".to_owned(),
    ];
    let keywords: &[&str] = if week == 0 { &[] } else { &[SEEN] };
    office.post("INBOX", keywords, letter, &Part::alternative(&plain, &html));
}

fn shop(office: &mut Office, week: i64, age: i64, (title, lead, second): Issue) {
    let html = fill(
        include_str!("letters/shop.html"),
        title,
        lead,
        second,
        4000 + week,
    );
    let mut letter = office.letter("North & Fell <hello@northfell.example>", title, age);
    letter.extra = vec!["List-Unsubscribe: <https://shop.northfell.example/off>".to_owned()];
    let (folder, keywords): (_, &[&str]) = if week < 2 {
        ("INBOX", &[])
    } else {
        ("Trash", &[SEEN])
    };
    office.post(folder, keywords, letter, &Part::text("html", &html));
}

fn receipt(office: &mut Office, week: i64, age: i64, (seller, address, items): Purchase) {
    let number = 80_000 + week * 17;
    let title = format!(
        "Thank you for your order, {}",
        super::people::OWNER.given_name()
    );
    let cents = |cents: u32| format!("{}.{:02}", cents / 100, cents % 100);
    let total = cents(items.iter().map(|(_, price)| price).sum());
    let rows: String = items
        .iter()
        .map(|(item, price)| format!("<tr><td>{item}</td><td>{}</td></tr>", cents(*price)))
        .collect();
    let (lead, second) = (
        "We have received your payment. Here is what it was for:",
        "Nothing more to do on your side.",
    );
    let html = fill(
        include_str!("letters/receipt.html"),
        &title,
        lead,
        second,
        number,
    )
    .replace("{rows}", &rows)
    .replace("{total}", &total);
    let lines: String = items
        .iter()
        .map(|(item, price)| format!("{item}: {}\n", cents(*price)))
        .collect();
    let plain = format!("{title}\n\n{lead}\n\n{lines}Total: {total}\n\n{second}\n");
    let letter = office.letter(
        &format!("{seller} <{address}>"),
        &format!("Receipt {number}: {total}"),
        age,
    );
    let pdf = files::pdf(&format!("Invoice {number}"), &plain);
    let part = Part::multipart(
        "mixed",
        &[
            Part::alternative(&plain, &html),
            Part::attachment("application/pdf", &format!("invoice-{number}.pdf"), &pdf),
        ],
    );
    let folder = if age > 20 * DAY { "Archive" } else { "INBOX" };
    office.post(folder, &[SEEN], letter, &part);
}

fn ticket(office: &mut Office, week: i64, age: i64) {
    let number = 700_000 + week;
    let html = fill(
        include_str!("letters/ticket.html"),
        "Harbour to Millbridge, return",
        "Show the code on your telephone or on paper. It is valid on any train of the day outside the rush hours.",
        "Changed your mind? Tickets can be returned until the evening before.",
        number,
    );
    let cid = format!("code-{number}@coastline.example");
    let code = ticket_code(u64::try_from(number).unwrap_or(0));
    let picture = files::png(&Picture {
        width: 174,
        height: 174,
        colour: &code,
    });
    let part = Part::multipart(
        "related; type=\"text/html\"",
        &[
            Part::text("html", &html.replace("{cid}", &cid)),
            Part::inline("image/png", "code.png", &cid, &picture),
        ],
    );
    let letter = office.letter(
        "Coastline Railways <tickets@coastline.example>",
        &format!("Your ticket {number}: Harbour to Millbridge"),
        age,
    );
    let keywords: &[&str] = if week == 0 { &[FLAGGED] } else { &[SEEN] };
    office.post("INBOX", keywords, letter, &part);
}

/// A letter from an office program: conditional comments, `o:p`, points and centimetres.
fn council(office: &mut Office, week: i64, age: i64) {
    let rows: String = [("Monday", "closed"), ("Wednesday", "10:00 to 12:00"), ("Friday", "14:00 to 17:30")]
        .iter()
        .map(|(day, hours)| {
            format!(
                "<tr><td width=\"170\" style=\"width:127.5pt;border:solid windowtext 1.0pt;padding:0cm 5.4pt\"><p class=\"MsoNormal\"><b>{day}</b></p></td>\
                 <td width=\"220\" style=\"width:165.0pt;border:solid windowtext 1.0pt;padding:0cm 5.4pt\"><p class=\"MsoNormal\">{hours}</p></td></tr>"
            )
        })
        .collect();
    let cid = format!("image001.{week}@harbour-council.example");
    let scene = landscape(u64::try_from(week).unwrap_or(0));
    let logo = files::jpeg(&Picture {
        width: 360,
        height: 120,
        colour: &scene,
    });
    let html = fill(
        include_str!("letters/office.html"),
        "Harbour Council, Rights of Way",
        "Thank you for your application. The map of public paths can be seen in room 14 at these hours:",
        "Please bring this letter with you.",
        week,
    )
    .replace("{rows}", &rows)
    .replace("{cid}", &cid);
    let part = Part::multipart(
        "related",
        &[
            Part::text("html", &html),
            Part::inline("image/jpeg", "image001.jpg", &cid, &logo),
        ],
    );
    let letter = office.letter(
        "Rights of Way <rights.of.way@harbour-council.example>",
        "Your application, ref. ROW/2219",
        age,
    );
    office.post("INBOX", &[SEEN], letter, &part);
}

fn fill(frame: &str, title: &str, lead: &str, second: &str, number: i64) -> String {
    frame
        .replace("{title}", &escape(title))
        .replace("{lead}", &escape(lead))
        .replace("{second}", &escape(second))
        .replace("{number}", &number.to_string())
}

/// The week's item, in turn.
fn pick<T: Copy + Default>(items: &[T], week: i64) -> T {
    let at = usize::try_from(week)
        .unwrap_or(0)
        .checked_rem(items.len())
        .unwrap_or(0);
    items.get(at).copied().unwrap_or_default()
}
