//! `RESTANTE_…` variables laid over the file: `__` between levels, arrays by index.

use anyhow::{Context, bail};
use toml::{Table, Value};

const PREFIX: &str = "RESTANTE_";

/// `RESTANTE_CONFIG` names the file; test settings are read by the tests themselves.
const NOT_SETTINGS: &[&str] = &[
    "CONFIG", "LOG", "CORPUS", "CORPORA", "PEERS", "KILLS", "SEED",
];

/// Lays each variable over `table`. A value is read as TOML where that gives a boolean, a number
/// or an array, else it is text.
pub(super) fn overlay(
    table: &mut Table,
    variables: impl Iterator<Item = (String, String)>,
) -> anyhow::Result<()> {
    let mut ours: Vec<(String, String)> = variables
        .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_owned(), value)))
        .filter(|(name, _)| !NOT_SETTINGS.contains(&name.as_str()) && !name.starts_with("TEST_"))
        .collect();
    // Sorted, so that index 0 comes before index 1.
    ours.sort();
    for (name, value) in ours {
        let path: Vec<String> = name.split("__").map(str::to_lowercase).collect();
        set(table, &path, value).with_context(|| format!("The variable {PREFIX}{name}"))?;
    }
    Ok(())
}

fn set(table: &mut Table, path: &[String], value: String) -> anyhow::Result<()> {
    let Some((key, rest)) = path.split_first() else {
        bail!("names no setting");
    };
    if rest.is_empty() {
        table.insert(key.clone(), typed(value));
        return Ok(());
    }
    let indexed = rest.first().and_then(|index| index.parse::<usize>().ok());
    let Some(index) = indexed else {
        let inner = table
            .entry(key)
            .or_insert_with(|| Value::Table(Table::new()));
        let Value::Table(inner) = inner else {
            bail!("{key} has no levels below it");
        };
        return set(inner, rest, value);
    };
    let list = table.entry(key).or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(list) = list else {
        bail!("{key} is not a list");
    };
    let below = rest.get(1..).unwrap_or_default();
    if index == list.len() {
        list.push(if below.is_empty() {
            typed(value.clone())
        } else {
            Value::Table(Table::new())
        });
    }
    match list.get_mut(index) {
        Some(place) if below.is_empty() => *place = typed(value),
        Some(Value::Table(inner)) => return set(inner, below, value),
        Some(_) => bail!("{key}[{index}] has no levels below it"),
        None => bail!(
            "{key} has {} entries; the next index is that number",
            list.len()
        ),
    }
    Ok(())
}

fn typed(text: String) -> Value {
    match format!("v = {text}")
        .parse::<Table>()
        .ok()
        .and_then(|mut one| one.remove("v"))
    {
        Some(value @ (Value::Boolean(_) | Value::Integer(_) | Value::Array(_))) => value,
        _ => Value::String(text),
    }
}
