//! The schema: the same on both databases, usable to its last table, and quick where it must be.

use restante::store::users;

use super::database::{Database, Raw, both, with_postgres, with_sqlite};

both!(
    every_table_takes_a_row_and_goes_with_its_user,
    rows_of_two_users_cannot_be_mixed,
    a_draft_is_claimed_once,
);

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    with_postgres(true, async |db: Database| {
        let postgres = describe(&db.raw().await).await;
        with_sqlite(true, async move |db: Database| {
            let sqlite = describe(&db.raw().await).await;
            for (ours, theirs) in sqlite.iter().zip(&postgres) {
                assert_eq!(ours, theirs);
            }
            assert_eq!(sqlite.len(), postgres.len());
            assert!(
                sqlite.len() > 300,
                "columns, indexes and references of all tables"
            );
        })
        .await;
    })
    .await;
}

/// A line for each column, index and reference. The full-text index is another thing on each.
async fn describe(raw: &Raw) -> Vec<String> {
    let queries = match raw {
        Raw::Sqlite(_) => [SQLITE_COLUMNS, SQLITE_INDEXES, SQLITE_REFERENCES],
        Raw::Postgres(_) => [POSTGRES_COLUMNS, POSTGRES_INDEXES, POSTGRES_REFERENCES],
    };
    let mut lines = Vec::new();
    for query in queries {
        let mut part = raw.texts(query).await;
        part.sort();
        lines.append(&mut part);
    }
    lines
}

const SQLITE_COLUMNS: &str = "
    SELECT t.name || '.' || c.name || ' ' || lower(c.type)
        || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN ' not null' ELSE '' END
        || CASE WHEN c.pk > 0 THEN ' key ' || c.pk ELSE '' END
        || coalesce(' default ' || c.dflt_value, '')
    FROM sqlite_schema t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '_sqlx%'
        AND t.name NOT LIKE 'message_words%'";
const POSTGRES_COLUMNS: &str = "
    SELECT c.table_name || '.' || c.column_name
        || CASE c.data_type WHEN 'bigint' THEN ' integer' WHEN 'bytea' THEN ' blob'
            ELSE ' ' || c.data_type END
        || CASE c.is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
        || coalesce(' key ' || k.ordinal_position, '')
        || coalesce(' default ' || replace(c.column_default, '::text', ''), '')
    FROM information_schema.columns c
    LEFT JOIN information_schema.key_column_usage k
        ON k.table_schema = c.table_schema AND k.table_name = c.table_name
        AND k.column_name = c.column_name AND k.constraint_name = c.table_name || '_pkey'
    WHERE c.table_schema = current_schema() AND c.table_name NOT LIKE '\\_sqlx%'
        AND c.table_name <> 'message_words'";

const SQLITE_INDEXES: &str = "
    SELECT t.name || ' index ' || i.name
        || CASE i.\"unique\" WHEN 1 THEN ' unique' ELSE '' END
        || CASE i.partial WHEN 1 THEN ' partial' ELSE '' END
        || ' (' || (SELECT group_concat(name, ', ') FROM
            (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')'
    FROM sqlite_schema t JOIN pragma_index_list(t.name) i
    WHERE t.type = 'table' AND i.origin = 'c' AND t.name NOT LIKE 'message_words%'";
const POSTGRES_INDEXES: &str = "
    SELECT t.relname || ' index ' || c.relname
        || CASE WHEN i.indisunique THEN ' unique' ELSE '' END
        || CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' END
        || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.n)
            FROM unnest(i.indkey) WITH ORDINALITY k (attnum, n)
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) || ')'
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = current_schema()::regnamespace AND NOT i.indisprimary
        AND t.relname <> 'message_words'";

const SQLITE_REFERENCES: &str = "
    SELECT t.name || ' (' || group_concat(f.\"from\", ', ') || ') to ' || f.\"table\"
        || ' (' || group_concat(f.\"to\", ', ') || ') ' || lower(f.on_delete)
    FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
    WHERE t.type = 'table' GROUP BY t.name, f.id, f.\"table\", f.on_delete";
const POSTGRES_REFERENCES: &str = "
    SELECT t.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.n)
            FROM unnest(f.conkey) WITH ORDINALITY k (attnum, n)
            JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum)
        || ') to ' || r.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.n)
            FROM unnest(f.confkey) WITH ORDINALITY k (attnum, n)
            JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.attnum) || ') '
        || CASE f.confdeltype WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' ELSE 'no action' END
    FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid JOIN pg_class r ON r.oid = f.confrelid
    WHERE f.contype = 'f' AND t.relnamespace = current_schema()::regnamespace
        AND t.relname <> 'message_words'";

/// Rows for the tables that nothing fills yet, and for those that they need. `{n}` is the user's,
/// account's and mailbox's number, `{b}` 32 bytes.
const ROWS: [&str; 34] = [
    "INSERT INTO users (id, address, created_at, signed_in_at) VALUES ({n}, 'u{n}', 1, 1)",
    "INSERT INTO accounts (id, user_id, kind, address, created_at, updated_at)
        VALUES ({n}, {n}, 'pop3', 'a', 1, 1)",
    "INSERT INTO sessions (id, hash, user_id, created_at, last_seen_at, confirmed_at, expires_at)
        VALUES ({n}, {b}, {n}, 1, 1, 1, 1)",
    "INSERT INTO api_tokens (id, user_id, hash, created_at) VALUES ({n}, {n}, {b}, 1)",
    "INSERT INTO credential_keys (account_id, token_id, wrapped, created_at)
        VALUES ({n}, {n}, {b}, 1)",
    "INSERT INTO identities (id, account_id, email, created_at, updated_at)
        VALUES ({n}, {n}, 'a', 1, 1)",
    "INSERT INTO mailboxes (id, account_id, name, created_at) VALUES ({n}, {n}, 'INBOX', 1)",
    "INSERT INTO aliases (account_id, from_mailbox, from_uid_validity, from_uid, to_mailbox,
        to_uid_validity, to_uid, moved_at) VALUES ({n}, 1, 1, 1, 2, 2, 2, 1)",
    "INSERT INTO blobs (user_id, sha256, size, stored_size, created_at) VALUES ({n}, {b}, 1, 1, 1)",
    "INSERT INTO messages (id, account_id, user_id, sha256, size, received_at, thread_id, created_at)
        VALUES ({n}, {n}, {n}, {b}, 1, 1, 't', 1)",
    "INSERT INTO placements (mailbox_id, uid, message_id, modseq, thread_id, received_at, sent_at,
        size, placed_at) VALUES ({n}, 1, {n}, 1, 't', 1, 1, 1, 1)",
    "INSERT INTO removals (account_id, message_id, mailbox_id, uid_validity, uid, received_at,
        removed_at) VALUES ({n}, {n}, {n}, 1, 2, 1, 1)",
    "INSERT INTO thread_aliases (account_id, from_thread, to_thread, created_at)
        VALUES ({n}, 'a', 'b', 1)",
    "INSERT INTO journal (account_id, operation, mailbox_id, uid, sha256, created_at)
        VALUES ({n}, 'place', {n}, 1, {b}, 1)",
    "INSERT INTO pop3_accounts (account_id) VALUES ({n})",
    "INSERT INTO pop3_ledger (id, account_id, uidl, message_id, first_seen_at, last_seen_at)
        VALUES ({n}, {n}, 'u', {n}, 1, 1)",
    "INSERT INTO pop3_deletions (account_id, ledger_id, policy, uidl, size, sha256, created_at)
        VALUES ({n}, {n}, 'keep', 'u', 1, {b}, 1)",
    "INSERT INTO drafts (id, account_id, user_id, identity_id, quote_sha256, created_at, updated_at)
        VALUES ({n}, {n}, {n}, {n}, {b}, 1, 1)",
    "INSERT INTO drafts (id, account_id, user_id, conflict_of, created_at, updated_at)
        VALUES ({n}00, {n}, {n}, {n}, 1, 1)",
    "INSERT INTO draft_attachments (draft_id, user_id, sha256, size, created_at)
        VALUES ({n}, {n}, {b}, 1, 1)",
    "INSERT INTO submissions (id, account_id, user_id, draft_id, revision, identity_id, message_id,
        date, sha256, mail_from, send_at, next_at, created_at, updated_at)
        VALUES ({n}, {n}, {n}, {n}, 1, {n}, 'm', 1, {b}, 'a', 1, 1, 1, 1)",
    "INSERT INTO submission_recipients (submission_id, ordinal, email, updated_at)
        VALUES ({n}, 0, 'a', 1)",
    "INSERT INTO events (user_id, seq, account_id, kind, action, created_at)
        VALUES ({n}, 1, {n}, 'Email', 'created', 1)",
    "INSERT INTO contacts (user_id, email, address, last_used_at) VALUES ({n}, 'a', 'A', 1)",
    "INSERT INTO answered_receipts (account_id, receipt_id, answered_at) VALUES ({n}, 'm', 1)",
    "INSERT INTO idempotency_keys (user_id, key, body, created_at) VALUES ({n}, {b}, {b}, 1)",
    "INSERT INTO templates (user_id, name, created_at, updated_at) VALUES ({n}, 't', 1, 1)",
    "INSERT INTO jobs (user_id, account_id, kind, created_at, updated_at)
        VALUES ({n}, {n}, 'import', 1, 1)",
    "INSERT INTO webhooks (id, user_id, url, key_id, secret, seq, created_at, updated_at)
        VALUES ({n}, {n}, 'https://a.example', 'k', {b}, 0, 1, 1)",
    "INSERT INTO webhook_accounts (webhook_id, account_id, user_id) VALUES ({n}, {n}, {n})",
    "INSERT INTO webhook_deliveries (webhook_id, name, created_at) VALUES ({n}, 'd', 1)",
    "INSERT INTO indexed_folders (mailbox_id, account_id, uid_validity, highest, lowest, below, held,
        reached_at, uid_next, revision, used_at) VALUES ({n}, {n}, 1, 1, 1, 0, 1, 1, 2, 1, 1)",
    "INSERT INTO indexed_messages (mailbox_id, uid, account_id, name, thread_id, received_at)
        VALUES ({n}, 1, {n}, {b}, {b}, 1)",
    "INSERT INTO grant_requests (state, user_id, session_id, sealed, created_at, expires_at)
        VALUES ({b}, {n}, {n}, {b}, 1, 1)",
];

async fn fill(raw: &Raw, number: i64) {
    for row in ROWS {
        raw.execute(&filled(raw, row, number)).await;
    }
}

fn filled(raw: &Raw, sql: &str, number: i64) -> String {
    let bytes = format!("{number:064}");
    let bytes = match raw {
        Raw::Sqlite(_) => format!("X'{bytes}'"),
        Raw::Postgres(_) => format!("'\\x{bytes}'"),
    };
    sql.replace("{n}", &number.to_string())
        .replace("{b}", &bytes)
}

async fn every_table_takes_a_row_and_goes_with_its_user(db: Database) {
    let raw = db.raw().await;
    fill(&raw, 1).await;
    fill(&raw, 2).await;
    let tables = match &raw {
        Raw::Sqlite(_) => {
            "SELECT name FROM sqlite_schema WHERE type = 'table'
            AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_sqlx%'
            AND name NOT LIKE 'message_words%'"
        }
        Raw::Postgres(_) => {
            "SELECT tablename::text FROM pg_tables
            WHERE schemaname = current_schema() AND tablename NOT LIKE '\\_sqlx%'
            AND tablename <> 'message_words'"
        }
    };
    let tables = raw.texts(tables).await;
    assert!(tables.len() > 20);
    let count = async |table: &str| raw.numbers(&format!("SELECT count(*) FROM {table}")).await[0];
    // Leases and failures belong to nobody; the others are filled by tests of their own.
    let apart = ["leases", "failed_sign_ins", "settings", "trusted_senders"];
    for table in tables
        .iter()
        .filter(|table| !apart.contains(&table.as_str()))
    {
        assert!(count(table).await >= 2, "{table} is in no row above");
    }
    raw.execute("INSERT INTO leases (name) VALUES ('outbox')")
        .await;

    let user = users::find(&db.store, "u1").await.unwrap().unwrap();
    let before: i64 = count("drafts").await;
    assert!(users::delete(&db.store, user.id).await.unwrap());
    assert_eq!(count("drafts").await, before / 2);
    let user = users::find(&db.store, "u2").await.unwrap().unwrap();
    assert!(users::delete(&db.store, user.id).await.unwrap());
    for table in tables.iter().filter(|table| *table != "leases") {
        assert_eq!(count(table).await, 0, "{table}");
    }
}

async fn rows_of_two_users_cannot_be_mixed(db: Database) {
    let raw = db.raw().await;
    fill(&raw, 1).await;
    fill(&raw, 2).await;
    // Account 1 with user 2, and user 1's message with user 2's blob.
    for sql in [
        "UPDATE messages SET user_id = 2 WHERE id = 1",
        "UPDATE drafts SET account_id = 2 WHERE id = 1",
        "UPDATE events SET account_id = 2 WHERE user_id = 1",
        "UPDATE submissions SET user_id = 2 WHERE id = 1",
        "UPDATE webhook_accounts SET account_id = 2 WHERE webhook_id = 1",
        "DELETE FROM blobs WHERE user_id = 1",
    ] {
        assert!(refused(&raw, sql).await, "{sql}");
    }
}

async fn a_draft_is_claimed_once(db: Database) {
    let raw = db.raw().await;
    fill(&raw, 1).await;
    let again =
        "INSERT INTO submissions (account_id, user_id, draft_id, revision, message_id, date,
        mail_from, send_at, next_at, created_at, updated_at)
        VALUES (1, 1, 1, {revision}, 'n', 1, 'a', 1, 1, 1, 1)";
    assert!(refused(&raw, &again.replace("{revision}", "1")).await);
    assert!(!refused(&raw, &again.replace("{revision}", "2")).await);
}

async fn refused(raw: &Raw, sql: &str) -> bool {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match raw {
        Raw::Sqlite(pool) => sqlx::query(sql).execute(pool).await.is_err(),
        Raw::Postgres(pool) => sqlx::query(sql).execute(pool).await.is_err(),
    }
}

/// Every order of a folder is read off an index, whatever the folder's size.
#[tokio::test]
async fn no_order_is_sorted_by_hand() {
    with_sqlite(true, async |db: Database| {
        let Raw::Sqlite(pool) = db.raw().await else {
            panic!("opened SQLite")
        };
        let keys = [
            "received_at",
            "sent_at",
            "size",
            "from_key",
            "to_key",
            "subject_key",
            "modseq",
        ];
        let plain = keys.map(|key| (key, "1 = 1"));
        let filtered = [("received_at", "seen = 0"), ("received_at", "flagged = 1")];
        for (key, filter) in plain.into_iter().chain(filtered) {
            for (beyond, direction) in [("<", "DESC"), (">", "ASC")] {
                let sql = format!(
                    "EXPLAIN QUERY PLAN SELECT message_id FROM placements
                    WHERE mailbox_id = 1 AND ({key}, uid) {beyond} (5, 5) AND {filter}
                    ORDER BY {key} {direction}, uid {direction} LIMIT 50"
                );
                let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
                    .fetch_all(&pool)
                    .await
                    .unwrap();
                let plan: Vec<_> = plan.iter().map(|row| row.3.as_str()).collect();
                assert!(
                    plan[0].contains("USING INDEX placements_"),
                    "{key} {filter}: {plan:?}"
                );
                assert!(
                    plan[0].contains(&format!("AND ({key},uid)")),
                    "{key} {filter}: {plan:?}"
                );
                assert_eq!(plan.len(), 1, "{key} {filter}: {plan:?}");
            }
        }
    })
    .await;
}
