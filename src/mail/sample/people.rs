//! The invented people who write to each other in the sample mailbox.

/// A key for the scripts, the name, the address and the zone in hours east.
pub(super) struct Person {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) address: &'static str,
    pub(super) zone: i8,
}

impl Person {
    /// `Name <address>`.
    pub(super) fn mailbox(&self) -> String {
        format!("{} <{}>", self.name, self.address)
    }

    /// The name a letter is signed with.
    pub(super) fn given_name(&self) -> &'static str {
        self.name.split(' ').next().unwrap_or(self.name)
    }
}

/// Who owns the sample mailbox.
pub(super) const OWNER: Person = person("me", "Robin Weaver", "robin@example.org", 1);

/// Everyone else.
pub(super) const PEOPLE: &[Person] = &[
    person("ines", "Inês Carvalho", "ines.carvalho@atlas.example", 0),
    person("tomasz", "Tomasz Wiśniewski", "tomasz@atlas.example", 1),
    person("amara", "Amara Okafor", "amara.okafor@atlas.example", 1),
    person("oscar", "Oscar Lindqvist", "oscar@lindqvist.example", 1),
    person("priya", "Priya Raman", "priya@studio-raman.example", 5),
    person("hugo", "Hugo Brandt", "hugo.brandt@example.net", 1),
    person("ruth", "Ruth Weaver", "ruth.weaver@example.com", 0),
    person("sam", "Sam Weaver", "sam@example.com", -5),
    person(
        "camille",
        "Camille Lefèvre",
        "camille.lefevre@example.net",
        1,
    ),
    person("jun", "田中 純", "jun.tanaka@example.jp", 9),
    person("mei", "陈美", "chen.mei@example.cn", 8),
    person("dmitri", "Дмитрий Соколов", "d.sokolov@example.ru", 3),
    person("leila", "ليلى حداد", "leila.haddad@example.net", 3),
    person("noa", "נועה ברק", "noa.barak@example.net", 2),
    person("eleni", "Ελένη Παππά", "eleni.pappa@example.gr", 2),
    person(
        "max",
        "Maximiliana Featherstonehaugh-Konstantinopoulou von Lichtenberg",
        "mfkvl@example.org",
        1,
    ),
    person("dana", "Dana Whitlock", "dana@corner-books.example", -8),
    person("yusuf", "Yusuf Demir", "yusuf@demir-joinery.example", 3),
    person("bea", "Beatriz Solano", "bea.solano@example.com", -3),
    person("finn", "Finn O'Rourke", "finn@example.org", 0),
];

/// The person with this key; the owner when there is none.
pub(super) fn find(key: &str) -> &'static Person {
    PEOPLE
        .iter()
        .find(|person| person.key == key)
        .unwrap_or(&OWNER)
}

const fn person(key: &'static str, name: &'static str, address: &'static str, zone: i8) -> Person {
    Person {
        key,
        name,
        address,
        zone,
    }
}
