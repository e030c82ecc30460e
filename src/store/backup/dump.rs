//! PostgreSQL's own `pg_dump`, which knows every version's ways.

use std::{
    ffi::OsString,
    io,
    path::Path,
    process::{Command, Stdio},
};

use url::{
    Url,
    form_urlencoded::{self, Serializer},
};

use crate::store::{error::Error, files::blocking};

/// Dumps the state of this name into the file.
///
/// # Errors
/// [`Error::Dump`] when it is not there or fails.
pub(super) async fn dump(snapshot: String, url: &str, path: &Path) -> Result<(), Error> {
    let (url, password) = without_password(url)?;
    let mut command = Command::new("pg_dump");
    command
        .args([
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--snapshot",
        ])
        .arg(snapshot)
        .arg("--file")
        .arg(path)
        .arg("--dbname")
        .arg(url)
        .stdin(Stdio::null());
    if let Some(password) = password {
        // Arguments are seen by everybody on the machine.
        command.env("PGPASSWORD", password);
    }
    let output = blocking(move || command.output()).await;
    let output = output.map_err(|error| match error {
        Error::File(error) if error.kind() == io::ErrorKind::NotFound => {
            Error::Dump("is not installed here".to_owned())
        }
        error => error,
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::Dump(format!("failed: {}", said.trim())))
}

/// The URL as libpq takes it, and the password beside it.
fn without_password(url: &str) -> Result<(String, Option<OsString>), Error> {
    let odd = || Error::Url("can't be understood");
    let mut url = Url::parse(url).map_err(|_| odd())?;
    let mut password = url.password().map(|password| decoded(password).into());
    if password.is_some() {
        url.set_password(None).map_err(|()| odd())?;
    }
    let mut kept = Serializer::new(String::new());
    for (name, value) in url.query_pairs() {
        // libpq refuses what it does not know: sqlx has other names for some, and some of its own.
        match &*name {
            "password" => password = Some(value.into_owned().into()),
            "statement-cache-capacity" => {}
            "ssl-mode" => drop(kept.append_pair("sslmode", &value)),
            "ssl-root-cert" | "ssl-ca" => drop(kept.append_pair("sslrootcert", &value)),
            "ssl-cert" => drop(kept.append_pair("sslcert", &value)),
            "ssl-key" => drop(kept.append_pair("sslkey", &value)),
            name => drop(kept.append_pair(name, &value)),
        }
    }
    // To libpq a plus sign is one.
    let kept = kept.finish().replace('+', "%20");
    url.set_query((!kept.is_empty()).then_some(&kept));
    Ok((url.into(), password))
}

/// Percent signs resolved: as in a form, where two other characters mean something too.
fn decoded(text: &str) -> String {
    let form = text.replace('+', "%2B").replace('&', "%26");
    let decoded = form_urlencoded::parse(form.as_bytes());
    decoded.map(|(text, _)| text.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_stands_in_no_argument() {
        let url = "postgres://me:a%40+&b@db.example.org:5433/mail?sslmode=require&\
            statement-cache-capacity=1&options=-c%20search_path%3Dx";
        let (url, password) = without_password(url).unwrap();
        assert_eq!(
            url,
            "postgres://me@db.example.org:5433/mail?sslmode=require&options=-c%20search_path%3Dx"
        );
        assert_eq!(password, Some("a@+&b".into()));
        let (url, password) = without_password("postgres:///mail?host=/run/pg").unwrap();
        assert_eq!(
            (&*url, password),
            ("postgres:///mail?host=%2Frun%2Fpg", None)
        );
        let url =
            "postgres://db.example.org/mail?password=a%26b&ssl-mode=verify-full&ssl-ca=/ca.pem";
        let (url, password) = without_password(url).unwrap();
        assert_eq!(
            url,
            "postgres://db.example.org/mail?sslmode=verify-full&sslrootcert=%2Fca.pem"
        );
        assert_eq!(password, Some("a&b".into()));
    }
}
