//! Sees to it that the browser side is bundled and can be embedded; see static/README.md.
//!
//! The bundle's stamp says which inputs it was made from. When `static/dist` (which a source archive
//! may carry) or the last bundle fits, nothing is run; else `node static/build.mjs` makes it. The
//! outcome is `OUT_DIR/assets.rs`, the table that `src/web/assets.rs` includes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

type Outcome<T> = Result<T, String>;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=static");
    println!("cargo::rerun-if-changed=package.json");
    println!("cargo::rerun-if-changed=package-lock.json");
    if let Err(message) = run() {
        for line in message.lines() {
            println!("cargo::error={line}");
        }
    }
}

fn run() -> Outcome<()> {
    let root = folder("CARGO_MANIFEST_DIR")?;
    let out = folder("OUT_DIR")?;
    let stamp = stamp(&root).map_err(|error| format!("the inputs of the bundle: {error}"))?;

    let carried = root.join("static/dist");
    let bundle = if fits(&carried, &stamp) {
        carried
    } else {
        let own = out.join("assets");
        if !fits(&own, &stamp) {
            make(&root, &own, &stamp)?;
        }
        own
    };
    let table = table(&bundle).map_err(|error| format!("{}: {error}", bundle.display()))?;
    write_if_changed(&out.join("assets.rs"), &table)
        .map_err(|error| format!("the table of assets: {error}"))
}

fn folder(variable: &str) -> Outcome<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .ok_or_else(|| format!("{variable} is not set: this is to be run by cargo"))
}

/// Whether the bundle in `folder` was made from the inputs that are there now.
fn fits(folder: &Path, stamp: &str) -> bool {
    fs::read_to_string(folder.join("manifest.json"))
        .is_ok_and(|manifest| manifest.contains(&format!("\"stamp\": \"{stamp}\"")))
}

fn make(root: &Path, bundle: &Path, stamp: &str) -> Outcome<()> {
    let script = root.join("static/build.mjs");
    require_node(&script)?;
    let output = Command::new("node")
        .arg(&script)
        .arg(bundle)
        .current_dir(root)
        .output()
        .map_err(|error| format!("node could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "The browser side could not be bundled. To see it alone: npm ci && npm run build\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        ));
    }
    if fits(bundle, stamp) {
        return Ok(());
    }
    Err("The inputs of the bundle changed while it was made; build once more.".to_owned())
}

/// The oldest Node that runs the script.
const NODE: u32 = 20;

fn require_node(script: &Path) -> Outcome<()> {
    let found = Command::new("node").arg("--version").output().ok();
    let version = found
        .as_ref()
        .map(|output| String::from_utf8_lossy(&output.stdout));
    let major = version.as_deref().and_then(|text| {
        text.trim()
            .strip_prefix('v')?
            .split('.')
            .next()?
            .parse::<u32>()
            .ok()
    });
    let what = match (major, version) {
        (Some(major), _) if major >= NODE => return Ok(()),
        (Some(_), Some(version)) => format!("Node {} is too old", version.trim()),
        _ => "Node is missing".to_owned(),
    };
    Err(format!(
        "{what}: the browser side is bundled with Node {NODE} or newer and its npm.\n\
         On Debian or Ubuntu: apt install nodejs npm. Then build again; cargo runs\n  node {}\n\
         A source archive may carry the bundle instead: made once elsewhere by\n  npm ci && npm run build\n\
         it lies in static/dist, and no Node is needed as long as it fits the sources.",
        script.display(),
    ))
}

/// FNV-1a over names and contents of all inputs; static/build/stamp.mjs computes the same.
fn stamp(root: &Path) -> io::Result<String> {
    let mut names = vec!["package.json".to_owned(), "package-lock.json".to_owned()];
    list(root, "static", &mut names)?;
    names.sort_unstable();

    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    };
    for name in names {
        let content = fs::read(root.join(&name))?;
        eat(format!("{name}\0{}\0", content.len()).as_bytes());
        eat(&content);
    }
    Ok(format!("{hash:016x}"))
}

fn list(root: &Path, folder: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        let output = name == "static/dist" || name.starts_with("static/dist.");
        let document = Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "md");
        if output || document {
            continue;
        }
        if entry.file_type()?.is_dir() {
            list(root, &name, names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

/// Rust source: one `Asset` for each file of the bundle, by name.
fn table(bundle: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(bundle)? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        let copy = file.ends_with(".br") || file.ends_with(".gz");
        if !copy && file != "manifest.json" {
            files.push(file);
        }
    }
    files.sort_unstable();

    let mut source = String::from("&[\n");
    for file in files {
        let Some((name, hash)) = unhash(&file) else {
            return Err(io::Error::other(format!("{file} has no hash in its name")));
        };
        let include = |suffix: &str| {
            let path = bundle.join(format!("{file}{suffix}"));
            path.exists()
                .then(|| format!("include_bytes!({:?})", path.display().to_string()))
        };
        let optional = |suffix: &str| match include(suffix) {
            Some(bytes) => format!("Some({bytes})"),
            None => "None".to_owned(),
        };
        let plain = include("").unwrap_or_default();
        let (br, gz) = (optional(".br"), optional(".gz"));
        // Writing to a String cannot fail.
        let _ = writeln!(
            source,
            "    Asset {{ name: {name:?}, file: {file:?}, hash: {hash:?}, plain: {plain}, brotli: {br}, gzip: {gz} }},",
        );
    }
    source.push_str("]\n");
    Ok(source)
}

/// `app-1a2b3c.js` is `app.js` with the hash `1a2b3c`.
fn unhash(file: &str) -> Option<(String, &str)> {
    let (stem, extension) = file.rsplit_once('.')?;
    let (name, hash) = stem.rsplit_once('-')?;
    Some((format!("{name}.{extension}"), hash))
}

fn write_if_changed(file: &Path, content: &str) -> io::Result<()> {
    if fs::read_to_string(file).is_ok_and(|old| old == content) {
        return Ok(());
    }
    fs::write(file, content)
}
