//! STLS that must not be believed: no credential leaves.

use restante::{
    net::Security,
    pop3::{Error, Trouble, open},
};

use super::connector;
use crate::support::scripted::Scripted;

#[tokio::test]
async fn without_stls_nothing_is_said() {
    for (capa, answer) in [
        ("+OK\r\nUSER\r\n.\r\n", None),
        ("+OK\r\nSTLS\r\nUSER\r\n.\r\n", Some("-ERR not now\r\n")),
        ("-ERR what\r\n", Some("-ERR what\r\n")),
    ] {
        let server = Scripted::start(move |mut line| async move {
            line.send("+OK hi\r\n").await;
            line.line().await;
            line.send(capa).await;
            if let Some(answer) = answer {
                line.line().await;
                line.send(answer).await;
            }
            while line.line().await.is_some() {}
        })
        .await;
        let connector = connector(server.port, Security::StartTls, "anna", "secret");
        let error = open(&connector).await.map(drop).unwrap_err();
        assert_eq!((error.trouble(), &error), (Trouble::Tls, &Error::NoStls));
        let allowed = |line: &String| ["CAPA", "STLS", "QUIT"].contains(&line.as_str());
        assert!(server.heard().iter().all(allowed), "{:?}", server.heard());
    }
}

#[tokio::test]
async fn what_is_put_behind_the_answer_to_stls_is_refused() {
    let server = Scripted::start(move |mut line| async move {
        line.send("+OK hi\r\n").await;
        line.line().await;
        line.send("+OK\r\nSTLS\r\n.\r\n").await;
        line.line().await;
        line.send("+OK go\r\n+OK\r\nUSER\r\n.\r\n").await;
        while line.line().await.is_some() {}
    })
    .await;
    let connector = connector(server.port, Security::StartTls, "anna", "secret");
    let error = open(&connector).await.map(drop).unwrap_err();
    assert_eq!(error, Error::Injected);
    assert_eq!(server.heard(), ["CAPA", "STLS"]);
}
