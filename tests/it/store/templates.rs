//! Templates: their owner's own, in their order.

use restante::store::templates::{self, TemplateFields, TemplateRow};

use super::{
    database::{Database, both},
    writing::person,
};

both!(templates_are_kept_per_user);

async fn templates_are_kept_per_user(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.user;
    let b = person(&store, "b@example.org").await.user;
    let fields = TemplateFields {
        name: "Thanks\0",
        subject: "Re",
        html: true,
        text_body: "thanks",
        html_body: "<p>thanks",
        sort_order: 2,
    };
    let one = templates::create(&store, a, &fields, 5).await.unwrap();
    assert_eq!(
        (one.name.as_str(), one.subject.as_str(), one.html),
        ("Thanks", "Re", true)
    );
    assert_eq!(
        (one.text_body.as_str(), one.html_body.as_str()),
        ("thanks", "<p>thanks")
    );
    assert_eq!((one.sort_order, one.created_at, one.updated_at), (2, 5, 5));
    let first = TemplateFields {
        name: "first",
        html: false,
        sort_order: 1,
        ..fields
    };
    let two = templates::create(&store, a, &first, 6).await.unwrap();
    let id = one.id.get();
    let names = async |user| {
        let names = templates::names(&store, user).await.unwrap();
        let names = names.into_iter().map(|named| (named.id, named.name));
        names.collect::<Vec<_>>()
    };
    let named = |row: &TemplateRow| (row.id, row.name.clone());
    assert_eq!(names(a).await, [named(&two), named(&one)]);
    assert_eq!(names(b).await, []);
    assert_eq!(templates::get(&store, b, id).await.unwrap(), None);
    assert!(!templates::update(&store, b, id, &first, 7).await.unwrap());
    assert!(!templates::delete(&store, b, id).await.unwrap());
    assert_eq!(templates::get(&store, a, id).await.unwrap(), Some(one));

    assert!(templates::update(&store, a, id, &first, 7).await.unwrap());
    let changed = templates::get(&store, a, id).await.unwrap().unwrap();
    assert_eq!((changed.name.as_str(), changed.html), ("first", false));
    assert_eq!((changed.created_at, changed.updated_at), (5, 7));
    assert!(templates::delete(&store, a, id).await.unwrap());
    assert!(!templates::delete(&store, a, id).await.unwrap());
    assert_eq!(names(a).await, [named(&two)]);
}
