//! What must hold of the page.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::city_release::{publish_overview_parts, publish_parts};
use crate::error::PublishError;
use crate::fixture::parts;

/// Publishes three cities and their overview.
fn three_cities(out: &Path) -> String {
    let cities = [
        parts("us-ga-atlanta", "Atlanta", 11, 1.0),
        parts("us-il-chicago", "Chicago", 12, 2.2),
        parts("us-mn-minneapolis", "Minneapolis", 13, 0.5),
    ];
    for p in &cities {
        publish_parts(&p.statement, &p.tables, &p.residuals, out).expect("published");
    }
    let all: Vec<_> = cities.iter().map(|p| (&p.statement, p.tables.as_slice())).collect();
    let page = publish_overview_parts(&all, out).expect("published");
    fs::read_to_string(&page).expect("read")
}

#[test]
fn the_page_asks_for_nothing_and_lets_nothing_else_run() {
    let out = tempfile::tempdir().expect("a folder");
    let html = three_cities(out.path());
    // Only the script's own comments may hold two slashes.
    let code: Vec<&str> = html.lines().filter(|line| !line.trim_start().starts_with("// ")).collect();
    let code = code.join("\n").to_lowercase();
    for forbidden in [
        "http:",
        "https:",
        "//",
        "@import",
        "url(",
        "todo",
        "lorem",
        "placeholder",
        "nan%",
        "infinity",
        "{}",
        " style=\"",
        " onclick",
    ] {
        let found =
            code.find(forbidden).map(|at| code[at.saturating_sub(40)..].chars().take(80).collect::<String>());
        assert_eq!(found, None, "{forbidden}");
    }
    for (tag, end) in [("<style>", "</style>"), ("<script>", "</script>")] {
        let inner: Vec<&str> =
            html.split(tag).skip(1).map(|rest| rest.split(end).next().expect("an end")).collect();
        assert_eq!(inner.len(), 1, "{tag}");
        let digest = hex::encode(Sha256::digest(inner[0].as_bytes()));
        let policy = html.split("content=\"default-src 'none'; ").nth(1).expect("a policy").split('"').next();
        let hashes: Vec<String> = policy
            .expect("a policy")
            .split("'sha256-")
            .skip(1)
            .map(|h| unbase64(h.split('\'').next().expect("a hash")))
            .collect();
        assert!(hashes.contains(&digest), "{tag}");
    }
    // Three cities, twelve measures, nine groups: every figure is in the page, so that it needs no network.
    assert!(html.len() < 1_650_000, "{}", html.len());
}

fn unbase64(text: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = text
        .trim_end_matches('=')
        .chars()
        .map(|c| format!("{:06b}", alphabet.find(c).expect("base64")))
        .collect::<Vec<_>>()
        .concat();
    let bytes: Vec<u8> =
        bits.as_bytes().chunks_exact(8).map(|b| b.iter().fold(0, |n, d| n << 1 | (d - b'0'))).collect();
    hex::encode(bytes)
}

#[test]
fn every_link_of_the_page_leads_to_a_published_file() {
    let temporary = tempfile::tempdir().expect("a folder");
    // So that somebody can look at the page.
    let out = std::env::var_os("PATHWAYS_PREVIEW").map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let html = three_cities(&out);
    let links: Vec<&str> =
        html.split("<a href=\"").skip(1).map(|rest| rest.split('"').next().expect("an end")).collect();
    assert!(links.len() > 300, "{}", links.len());
    for link in links {
        assert!(out.join(link).is_file(), "{link}");
    }
}

#[test]
fn a_release_of_few_measures_has_its_page_too() {
    let out = tempfile::tempdir().expect("a folder");
    let mut p = parts("us-ga-atlanta", "Atlanta", 11, 1.0);
    p.tables.retain(|table| table.name.starts_with("people") || table.name.starts_with("reentry"));
    let published = publish_parts(&p.statement, &p.tables, &p.residuals, out.path()).expect("published");
    let city = fs::read_to_string(published.dashboard).expect("read");
    let all = publish_overview_parts(&[(&p.statement, p.tables.as_slice())], out.path()).expect("published");
    for html in [city, fs::read_to_string(all).expect("read")] {
        assert!(html.contains("People recorded") && html.contains("Re-entry"));
        for left_out in ["Unmet need, by service", "Identification gap", "Systems overlap"] {
            assert!(!html.contains(left_out), "{left_out}");
        }
    }
}

#[test]
fn an_overview_needs_cities_and_each_once() {
    let out = tempfile::tempdir().expect("a folder");
    let p = parts("us-ga-atlanta", "Atlanta", 11, 1.0);
    let one = (&p.statement, p.tables.as_slice());
    for bad in [vec![], vec![one, one]] {
        assert!(matches!(publish_overview_parts(&bad, out.path()), Err(PublishError::Overview(_))));
    }
    assert_eq!(fs::read_dir(out.path()).expect("a folder").count(), 0);
}
