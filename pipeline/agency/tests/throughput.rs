//! How many records one CPU encodes in a second. Run by hand:
//! `cargo nextest run --release -p pathways-agency --run-ignored only --no-capture throughput`

use std::fmt::Write;
use std::fs;

use agency::read_for_linkage;

use crate::fixture::{Agency, linkage_key, shipped};

/// Nanoseconds of CPU that this thread has used.
fn cpu_nanoseconds() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

#[test]
#[ignore = "a measurement, not a check"]
fn throughput() {
    const RECORDS: u64 = 200_000;
    let agency = Agency::new();
    let mut text = String::from(
        "MRN,PAT_LAST,PAT_FIRST,PAT_MI,BIRTH_DT,SEX,RACE_CD,ETHNICITY,LANG,SSN,PHONE,ADDR,ZIP,SUD_FLAG,DISAB_CD\n",
    );
    let mut state = 7_u64;
    let mut next = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    for i in 0..RECORDS {
        let mut word =
            |length: u64| (0..length).map(|_| char::from(b'A' + next(26) as u8)).collect::<String>();
        let (last, first, street) = (word(8), word(6), word(7));
        writeln!(
            text,
            "M{i},{last},{first},,{:02}/{:02}/{},F,6,N,en,{}{:02}{:04},(404) {}-{:04},\"{} {street} St Apt 4\",303{:02},N,0",
            next(12) + 1, next(28) + 1, 1940 + next(70), 100 + next(500), 1 + next(98), 1 + next(9998),
            200 + next(700), next(10_000), 1 + next(9999), next(99),
        )
        .unwrap();
    }
    let patients = agency.file("patients.csv", &text);
    agency.file("encounters.csv", "ENC_ID,MRN,ENC_DT,ENC_TYPE,DX1,DX2,DX3,SCREEN_SEX,SCREEN_LABOR,NEED_CODES,SVC_CODES,REF_TO,REF_RESULT,REF_RESULT_DT\n");
    let profile = shipped("public_health.toml");
    let start = cpu_nanoseconds();
    let summary = agency.encode(&profile, &agency.raw()).unwrap();
    report("encode", RECORDS, summary.tokens, start);
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned();
    note(&format!("encode: {peak}"));
    let start = cpu_nanoseconds();
    let records = read_for_linkage(&profile, &patients, &linkage_key(agency.folder.path()), None).unwrap();
    report("read_for_linkage", RECORDS, records.tokens.len() as u64, start);
}

fn report(what: &str, records: u64, tokens: u64, start: u64) {
    let seconds = (cpu_nanoseconds() - start) as f64 / 1e9;
    let rate = records as f64 / seconds;
    note(&format!("{what}: {rate:.0} records a CPU second, {} tokens a record", tokens / records));
}

#[expect(clippy::print_stderr, reason = "what the measurement is for")]
fn note(text: &str) {
    eprintln!("{text}");
}
