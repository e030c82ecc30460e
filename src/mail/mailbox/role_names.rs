//! The names under which servers and programs have made folders for drafts, sent mail, trash,
//! junk and archives, for servers that do not say what a folder is for (RFC 6154).

use super::Role;

/// The role that a folder's own name (the last part of its path) suggests, whatever its case, and
/// how well known the name is for it (0 is the best). `Inbox` is not among them: IMAP fixes its
/// name.
pub fn role_by_name(name: &str) -> Option<(Role, usize)> {
    let name = name.trim().to_lowercase();
    NAMES.iter().find_map(|(role, names)| {
        let rank = names.iter().position(|own| *own == name)?;
        Some((*role, rank))
    })
}

/// Lower-case names by role, the best known first.
const NAMES: [(Role, &[&str]); 5] = [
    (
        Role::Drafts,
        &[
            "drafts",
            "draft",
            "draft messages",
            "draftbox", // en
            "brouillons",
            "brouillon", // fr
            "entwürfe",
            "entwurf",
            "entwuerfe", // de
            "borradores",
            "borrador", // es
            "bozze",
            "bozza", // it
            "rascunhos",
            "rascunho",
            "rascuños", // pt, gl
            "concepten",
            "concept",
            "klad", // nl
            "kopie robocze",
            "szkice",
            "robocze",
            "wersje robocze", // pl
            "utkast",         // sv, nb
            "kladder",
            "kladde",
            "udkast", // da
            "luonnokset",
            "luonnos", // fi
            "koncepty",
            "rozepsané",
            "rozepsane",
            "rozpracované",
            "konceptek", // cs, sk
            "piszkozatok",
            "vázlatok", // hu
            "черновики",
            "черновик", // ru
            "чернетки", // uk
            "taslaklar",
            "taslak",   // tr
            "πρόχειρα", // el
            "下書き",
            "草稿",
            "草稿箱",
            "草稿匣",
            "임시 보관함",
            "임시보관함", // ja, zh, ko
            "esborranys",
            "ciorne",
            "чернови",
            "skice",
            "nacrti",
            "osnutki", // ca, ro, bg, hr, sl
            "mustandid",
            "melnraksti",
            "juodraščiai",
            "drög", // et, lv, lt, is
            "טיוטות",
            "مسودات",
            "المسودات",
            "پیش‌نویس‌ها",
            "แบบร่าง",
            "bản nháp",
            "thư nháp",
            "zirriborroak",
            "draf",
            "konsep",
        ],
    ),
    (
        Role::Sent,
        &[
            "sent",
            "sent items",
            "sent messages",
            "sent mail",
            "sent-mail",
            "sent_mail",
            "sentmail",
            "sentbox",
            "outgoing", // en
            "envoyés",
            "envoyes",
            "messages envoyés",
            "éléments envoyés",
            "elements envoyes",
            "courrier envoyé",
            "objets envoyés",
            "messages envoyes", // fr
            "gesendet",
            "gesendete objekte",
            "gesendete elemente",
            "gesendete nachrichten",
            "postausgang gesendet",
            "gesendete", // de
            "enviados",
            "elementos enviados",
            "mensajes enviados",
            "correo enviado",
            "correos enviados", // es
            "inviati",
            "inviata",
            "posta inviata",
            "messaggi inviati",
            "elementi inviati", // it
            "itens enviados",
            "mensagens enviadas",
            "enviadas",
            "e-mails enviados", // pt
            "verzonden",
            "verzonden items",
            "verzonden berichten",
            "verzonden objecten", // nl
            "wysłane",
            "wyslane",
            "elementy wysłane",
            "wysłane elementy", // pl
            "skickat",
            "skickade",
            "skickade objekt",
            "skickade meddelanden", // sv
            "sendt",
            "sendte",
            "sendt post",
            "sendte elementer",
            "sendte meldinger",
            "sendte e-mails",
            "sendte beskeder", // da, nb
            "lähetetyt",
            "lähetetyt viestit", // fi
            "odeslané",
            "odeslaná pošta",
            "odeslane",
            "odoslané",
            "odoslaná pošta", // cs, sk
            "elküldött",
            "elküldött elemek",
            "elküldött üzenetek",
            "elküldött levelek", // hu
            "отправленные",
            "исходящие", // ru
            "надіслані",
            "відправлені", // uk
            "gönderilmiş",
            "gönderilenler",
            "gönderilmiş öğeler",
            "gönderilmiş postalar", // tr
            "απεσταλμένα",          // el
            "送信済み",
            "送信済みアイテム",
            "送信済みメール",
            "送信済みトレイ", // ja
            "已发送",
            "已发送邮件",
            "已发邮件",
            "寄件備份",
            "寄件匣",
            "已傳送", // zh
            "보낸 편지함",
            "보낸편지함",
            "보낸 메일함",
            "보낸메일함", // ko
            "enviats",
            "trimise",
            "изпратени",
            "poslano",
            "poslane",
            "poslano pošto",
            "saadetud",
            "nosūtītie",
            "išsiųsti",
            "sent póstur",
            "דואר יוצא",
            "נשלח",
            "البريد المرسل",
            "المرسلة",
            "ارسال شده",
            "จดหมายที่ส่ง",
            "đã gửi",
            "thư đã gửi",
            "terkirim",
            "bidalita",
        ],
    ),
    (
        Role::Trash,
        &[
            "trash",
            "deleted items",
            "deleted messages",
            "deleted",
            "bin",
            "rubbish",
            "wastebasket",
            "trashcan",
            "recycle bin", // en
            "corbeille",
            "éléments supprimés",
            "elements supprimes",
            "messages supprimés",
            "supprimés", // fr
            "papierkorb",
            "gelöscht",
            "gelöschte objekte",
            "gelöschte elemente",
            "geloescht",
            "gelöschte nachrichten", // de
            "papelera",
            "elementos eliminados",
            "eliminados",
            "papelera de reciclaje",
            "mensajes eliminados", // es
            "cestino",
            "posta eliminata",
            "elementi eliminati",
            "eliminata", // it
            "lixo",
            "lixeira",
            "itens eliminados",
            "itens excluídos",
            "mensagens excluídas",
            "reciclagem", // pt
            "prullenbak",
            "prullenmand",
            "verwijderde items",
            "verwijderd", // nl
            "kosz",
            "elementy usunięte",
            "usunięte", // pl
            "papperskorg",
            "papperskorgen",
            "borttagna objekt",
            "raderade", // sv
            "papirkurv",
            "papirkurven",
            "slettet post",
            "slettede elementer",
            "slettet",
            "slettede meldinger", // da, nb
            "roskakori",
            "poistetut",
            "poistetut viestit", // fi
            "koš",
            "kos",
            "kôš",
            "odstraněná pošta",
            "odstraněné",
            "vymazané", // cs, sk
            "kuka",
            "lomtár",
            "törölt elemek",
            "törölt üzenetek", // hu
            "корзина",
            "удаленные",
            "удалённые", // ru
            "кошик",
            "видалені",
            "смітник", // uk
            "çöp kutusu",
            "çöp",
            "silinmiş öğeler",
            "silinmiş", // tr
            "κάδος",
            "κάδος απορριμμάτων",
            "διαγραμμένα", // el
            "ゴミ箱",
            "ごみ箱",
            "削除済みアイテム",
            "削除済み", // ja
            "垃圾桶",
            "已删除",
            "已删除邮件",
            "废件箱",
            "已刪除的郵件",
            "刪除的郵件",
            "回收站", // zh
            "휴지통",
            "지운 편지함",
            "지운편지함", // ko
            "paperera",
            "coș de gunoi",
            "gunoi",
            "кошче",
            "smeće",
            "koš za smeće",
            "prügikast",
            "atkritne",
            "šiukšliadėžė",
            "rusl",
            "אשפה",
            "פריטים שנמחקו",
            "المهملات",
            "سلة المهملات",
            "زباله‌دان",
            "ถังขยะ",
            "thùng rác",
            "sampah",
            "zakarrontzia",
        ],
    ),
    (
        Role::Junk,
        &[
            "junk",
            "spam",
            "junk e-mail",
            "junk email",
            "junk mail",
            "bulk mail",
            "bulk",
            "spambox",
            "junkmail",
            "suspected spam", // en
            "indésirables",
            "courrier indésirable",
            "pourriel",
            "pourriels",
            "indesirables", // fr
            "spamverdacht",
            "junk-e-mail",
            "unerwünscht",
            "werbung", // de
            "correo no deseado",
            "correo basura",
            "no deseado", // es
            "posta indesiderata",
            "indesiderata", // it
            "lixo eletrônico",
            "lixo eletrónico",
            "correio de lixo", // pt
            "ongewenste e-mail",
            "ongewenst",
            "reclame", // nl
            "wiadomości-śmieci",
            "niechciane",
            "wiadomości śmieci", // pl
            "skräppost",
            "skräp", // sv
            "uønsket post",
            "uønsket e-mail",
            "uønsket e-post",
            "søppelpost", // da, nb
            "roskaposti", // fi
            "nevyžádaná pošta",
            "nevyžiadaná pošta",
            "nevyžádané",  // cs, sk
            "levélszemét", // hu
            "спам",
            "нежелательная почта",
            "нежелательные",  // ru
            "небажана пошта", // uk
            "istenmeyen",
            "önemsiz",
            "önemsiz e-posta",
            "gereksiz", // tr
            "ανεπιθύμητα",
            "ανεπιθύμητη αλληλογραφία", // el
            "迷惑メール",
            "垃圾邮件",
            "垃圾箱",
            "垃圾郵件",
            "정크 메일",
            "스팸 메일함",
            "스팸메일함",
            "스팸", // ja, zh, ko
            "correu brossa",
            "нежелана поща",
            "neželena pošta",
            "neželjena pošta",
            "rämpspost",
            "mēstules",
            "brukalas",
            "ruslpóstur",
            "דואר זבל",
            "البريد العشوائي",
            "هرزنامه",
            "อีเมลขยะ",
            "thư rác",
            "zabor-posta",
        ],
    ),
    (
        Role::Archive,
        &[
            "archive",
            "archives",
            "archived", // en, fr, nl
            "archiv",
            "archive mail", // de, cs
            "archivo",
            "archivados",
            "archivio",
            "archivi", // es, it
            "arquivo",
            "arquivos",
            "arquivo morto", // pt
            "archief",
            "archiwum",
            "arkiv",
            "arkisto",
            "archivum",
            "archívum",
            "archív", // nl, pl, sv/da/nb, fi, hu, sk
            "архив",
            "архів",
            "arşiv",
            "αρχείο",
            "αρχειοθήκη", // ru, uk, tr, el
            "アーカイブ",
            "归档",
            "存档",
            "封存",
            "보관함",
            "보관 편지함", // ja, zh, ko
            "arxiu",
            "arhivă",
            "arhiva",
            "arhiv",
            "arhiiv",
            "arhīvs",
            "archyvas",
            "safn",
            "ארכיון",
            "الأرشيف",
            "أرشيف",
            "بایگانی",
            "ที่เก็บถาวร",
            "lưu trữ",
            "arsip",
            "artxiboa",
        ],
    ),
];

#[cfg(test)]
mod tests;
