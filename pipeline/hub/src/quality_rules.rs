//! The rules of the quality report: what each holds tonight against, and when it speaks.
//!
//! A change is told only where it is larger than a few records' coming and going explains: shares of n
//! rows move by chance by about one over the square root of n.

use chrono::NaiveDate;
use domain::{QualityConfig, Severity};

use crate::quality::{QualityFinding, Unfit};
use crate::quality_counts::{Mix, SourceCounts};
use crate::report::{Report, SourceReport};

/// Fewer rows than this show no share.
const FEWEST: u64 = 50;

/// A source of which more than this share of rows was set aside here is not what its agency sent.
const MOST_SET_ASIDE: f64 = 0.5;

/// A source of which so many records lack every token tells nobody from anybody.
const NEARLY_ALL: f64 = 0.95;

/// What is counted of a source.
type Count = fn(&SourceCounts) -> u64;

/// A source tonight, and on earlier nights, the latest first.
pub(crate) struct Held<'a> {
    pub(crate) now: &'a SourceCounts,
    pub(crate) before: Vec<&'a SourceCounts>,
    /// Whether any earlier night of which counts are kept had an event of it.
    pub(crate) ever_had_events: bool,
}

/// All findings of a night, and the sources that no release may rest on.
pub(crate) fn findings(
    report: &Report,
    held: &[Held<'_>],
    config: &QualityConfig,
    as_of: NaiveDate,
) -> (Vec<QualityFinding>, Vec<Unfit>) {
    let mut found: Vec<QualityFinding> = report
        .refused
        .iter()
        .map(|refusal| QualityFinding {
            tier: Severity::High,
            source: refusal.source.clone(),
            field: refusal.place.clone(),
            rule: refusal.rule.clone(),
            was: String::new(),
            is: format!("refused: {}", refusal.reason),
            remedy: refusal.remedy.clone(),
        })
        .collect();
    let mut unfit = Vec::new();
    for one in held {
        let source = report.sources.iter().find(|source| source.source == one.now.source);
        let mut notes = Notes { source: &one.now.source, found: &mut found, unfit: &mut unfit };
        delivered(one, config, as_of, &mut notes);
        fresh(one, config, as_of, &mut notes);
        volume(one, config, &mut notes);
        set_aside(one, config, &mut notes);
        dates(one, config, &mut notes);
        identity(one, config, &mut notes);
        mixes(one, config, &mut notes);
        if let Some(source) = source {
            missing_tokens(one, source, &mut notes);
            warnings(source, &mut notes);
        }
    }
    (found, unfit)
}

/// Where findings of one source go.
struct Notes<'a> {
    source: &'a str,
    found: &'a mut Vec<QualityFinding>,
    unfit: &'a mut Vec<Unfit>,
}

impl Notes<'_> {
    fn note(&mut self, tier: Severity, [field, rule]: [&str; 2], was: String, is: String, remedy: &str) {
        self.found.push(QualityFinding {
            tier,
            source: self.source.to_owned(),
            field: field.to_owned(),
            rule: rule.to_owned(),
            was,
            is,
            remedy: remedy.to_owned(),
        });
    }

    /// Nothing new may rest on this source.
    fn unfit(&mut self, why: &str) {
        self.unfit.push(Unfit { source: self.source.to_owned(), why: why.to_owned() });
    }
}

/// Tells whether the extract itself is too old to publish from: by the day on which the agency made it, for the
/// newest event's would tell of one person whether they are in the data.
fn delivered(held: &Held<'_>, config: &QualityConfig, as_of: NaiveDate, notes: &mut Notes<'_>) {
    let (_, Some(fail)) = config.freshness(&held.now.source) else { return };
    let rule = ["extract", "source.too_old"];
    let was = format!("at most {fail} days");
    let Some(made) = held.now.encoded_on else {
        let is = "an extract that does not say when it was made".to_owned();
        notes.note(
            Severity::High,
            rule,
            was,
            is,
            "ask the agency to encode with this version of the program",
        );
        notes.unfit("does not say when it was made, and `fail_after_days` in [quality] asks");
        return;
    };
    let age = (as_of - made).num_days();
    if age > i64::from(fail) {
        let is = format!("made on {made}, {age} days before {as_of}");
        let remedy = "ask the agency for a new export, or raise the bound in [quality.source]";
        notes.note(Severity::High, rule, was, is, remedy);
        notes.unfit("was made longer ago than `fail_after_days` in [quality] allows");
    }
}

/// Tells how old the newest event is, and whether there is any. A source of few events that has none left is
/// told of and holds nothing back: one person's records would decide.
fn fresh(held: &Held<'_>, config: &QualityConfig, as_of: NaiveDate, notes: &mut Notes<'_>) {
    let (warn, _) = config.freshness(&held.now.source);
    let Some((_, last)) = held.now.days else {
        let was = held.before.first().map(|b| format!("{} events", b.events)).unwrap_or_default();
        let remedy = "ask the agency whether its export has its events";
        notes.note(Severity::High, ["events", "events.none"], was, "no event at all".to_owned(), remedy);
        if !held.ever_had_events {
            notes.unfit("has never held an event");
        }
        return;
    };
    let age = (as_of - last).num_days().max(0);
    if age > i64::from(warn) {
        let is = format!(
            "newest event {last}, {age} days before {as_of}; extract unchanged since {}",
            held.now.changed
        );
        let remedy = "ask the agency for a new export, or raise the bound in [quality.source]";
        notes.note(
            Severity::Warning,
            ["events.date", "source.stale"],
            format!("at most {warn} days"),
            is,
            remedy,
        );
    }
}

fn volume(held: &Held<'_>, config: &QualityConfig, notes: &mut Notes<'_>) {
    let tables: [(&str, Count); 2] = [("people", |s| s.records), ("events", |s| s.events)];
    for (field, of) in tables {
        let now = of(held.now);
        let Some(usual) = median(held.before.iter().map(|b| of(b))) else { continue };
        if usual < FEWEST {
            continue;
        }
        let (was, is) = (format!("{usual} rows (median)"), format!("{now} rows"));
        let left = now as f64 / usual as f64;
        let remedy =
            "ask the agency whether its export is whole: a filter, a program or a month may be missing";
        if left < 1.0 - config.volume_collapse {
            notes.note(Severity::High, [field, "volume.collapsed"], was, is, remedy);
            notes.unfit("holds far fewer rows than on earlier nights (`volume_collapse` in [quality])");
        } else if left < 1.0 - config.volume_drop {
            notes.note(Severity::Error, [field, "volume.dropped"], was, is, remedy);
        } else if left > 2.0 {
            let remedy = "look whether rows came twice, or whether the export covers more than before";
            notes.note(Severity::Warning, [field, "volume.doubled"], was, is, remedy);
        }
    }
}

fn set_aside(held: &Held<'_>, config: &QualityConfig, notes: &mut Notes<'_>) {
    let read = held.now.rows_read.max(1) as f64;
    let most = held.now.set_aside.values().sum::<u64>() as f64 > MOST_SET_ASIDE * read;
    // Of a few rows one person's may be the half.
    if most && held.now.rows_read >= FEWEST {
        notes.unfit("had more than half of its rows set aside");
    }
    for (rule, rows) in &held.now.set_aside {
        let share = *rows as f64 / read;
        let tier = if share > config.quarantine_share { Severity::Error } else { Severity::Warning };
        let before = held.before.first().map(|b| b.set_aside.get(rule).copied().unwrap_or(0));
        let was = before.map(|n| format!("{n} rows")).unwrap_or_default();
        let is = format!("{rows} rows set aside, {} of those read", percent(share));
        let remedy = if rule.ends_with(".duplicate") {
            "give every row an id of its own in the source profile, and drop copies at the agency"
        } else {
            "quarantine.ndjson names each row and how to mend it"
        };
        notes.note(tier, ["rows", &format!("quarantine.{rule}")], was, is, remedy);
    }
    let (rows, aside) = held.now.agency_rows;
    let share = aside as f64 / rows.max(1) as f64;
    if share > config.quarantine_share {
        let was = held.before.first().map(|b| format!("{} rows", b.agency_rows.1)).unwrap_or_default();
        let is = format!("{aside} raw rows set aside at the agency, {}", percent(share));
        let remedy = "the agency's own quarantine file says why; mend the profile or the export there";
        notes.note(Severity::Error, ["rows", "quarantine.at_agency"], was, is, remedy);
    }
}

fn dates(held: &Held<'_>, config: &QualityConfig, notes: &mut Notes<'_>) {
    let all = held.now.events.max(1) as f64;
    let years = config.far_past_years;
    let far = format!("more than {years} years back");
    let rules: [(&str, &str, Count); 2] = [
        ("date.after_report", "after the day that the night looks back from", |s| s.future_events),
        ("date.far_past", &far, |s| s.far_past_events),
    ];
    for (rule, what, of) in rules {
        let count = of(held.now);
        let share = count as f64 / all;
        if count == 0 || share < 0.001 {
            continue;
        }
        let tier = if share > 0.05 { Severity::Error } else { Severity::Warning };
        let was = held.before.first().map(|b| format!("{} events", of(b))).unwrap_or_default();
        let is = format!("{count} events ({}) lie {what}", percent(share));
        let remedy = "look whether a placeholder date or a day-month swap is mapped as an event's date";
        notes.note(tier, ["events.date", rule], was, is, remedy);
    }
}

fn identity(held: &Held<'_>, config: &QualityConfig, notes: &mut Notes<'_>) {
    let Some(before) = held.before.first() else { return };
    let fell = |(was, now): (u64, u64)| {
        Moved::of((was, before.linkable), (now, held.now.linkable), config.share_change)
            .filter(|moved| !moved.rose)
    };
    let mut any = false;
    for (field, now) in &held.now.identity {
        let was = before.identity.get(field).copied().unwrap_or(0);
        let Some(Moved { was, is, .. }) = fell((was, *now)) else { continue };
        any = true;
        let remedy =
            "look whether the agency's column was renamed or left out: what has no token links to nobody";
        notes.note(Severity::Error, [&format!("identity.{field}"), "identity.fell"], was, is, remedy);
    }
    // Where a field fell, all columns of tokens fell that rest on it.
    let columns = held.now.families.iter().filter(|_| !any);
    let columns =
        columns.filter_map(|(column, now)| Some((column, fell((*before.families.get(column)?, *now))?)));
    let columns: Vec<(&String, Moved)> = columns.collect();
    if let Some((column, Moved { was, is, .. })) = columns.first() {
        let others = match columns.len() - 1 {
            0 => String::new(),
            others => format!(", and {others} other columns of tokens"),
        };
        let remedy = "ask the agency whether columns of its extract were emptied or overwritten on the way: their identity fields did not fall";
        notes.note(
            Severity::Error,
            [&format!("people.{column}"), "tokens.fell"],
            was.clone(),
            format!("{is}{others}"),
            remedy,
        );
    }
}

fn mixes(held: &Held<'_>, config: &QualityConfig, notes: &mut Notes<'_>) {
    let Some(before) = held.before.first() else { return };
    for (field, now) in &held.now.mixes {
        let Some(old) = before.mixes.get(field) else { continue };
        let (all, all_old) = (now.values().sum::<u64>(), old.values().sum::<u64>());
        let unknown = |mix: &Mix| {
            let names = ["unknown", "not_collected", "not_answered"];
            names.iter().filter_map(|name| mix.get(*name)).sum::<u64>()
        };
        let moved = Moved::of((unknown(old), all_old), (unknown(now), all), config.share_change);
        if let Some(Moved { was, is, rose: true }) = moved {
            let remedy = "look whether the agency's column was renamed, or a code is no longer mapped";
            notes.note(Severity::Error, [field, "unknown.rose"], was, is, remedy);
            continue;
        }
        let ever = |category: &String| {
            held.before.iter().any(|b| b.mixes.get(field).is_some_and(|m| m.contains_key(category)))
        };
        for (category, count) in now.iter().filter(|(category, _)| !ever(category)) {
            let remedy = "right if the agency began to record it; otherwise look at the profile's codes";
            let is = format!("`{category}` in {count} rows");
            notes.note(Severity::Warning, [field, "category.new"], "never".to_owned(), is, remedy);
        }
        for category in old.keys().filter(|category| old[*category] >= FEWEST && !now.contains_key(*category))
        {
            let remedy = "look whether the agency's code changed and is no longer mapped";
            let was = format!("`{category}` in {} rows", old[category]);
            notes.note(Severity::Warning, [field, "category.gone"], was, "none".to_owned(), remedy);
        }
        if all < FEWEST || all_old < FEWEST {
            continue;
        }
        let share = |mix: &Mix, all: u64, category: &String| {
            mix.get(category).copied().unwrap_or(0) as f64 / all as f64
        };
        let names: std::collections::BTreeSet<&String> = now.keys().chain(old.keys()).collect();
        let distance =
            names.iter().map(|c| (share(now, all, c) - share(old, all_old, c)).abs()).sum::<f64>() / 2.0;
        // What chance moves: half the mean absolute deviation of each of the categories.
        let chance = (names.len() as f64 / all.min(all_old) as f64).sqrt();
        if distance > config.mix_change + chance {
            let remedy = "look at the field's codes in the source profile, and ask the agency what changed";
            let is = format!("the mix of categories moved by {}", percent(distance));
            notes.note(Severity::Warning, [field, "mix.moved"], String::new(), is, remedy);
        }
    }
}

/// Tells of records that may be linked and have no token. Whether they ever had any shows against the last night: an
/// export may know nobody, and one in which nearly all lost theirs is not what its agency sent.
fn missing_tokens(held: &Held<'_>, source: &SourceReport, notes: &mut Notes<'_>) {
    let linkable = source.people.accepted.saturating_sub(source.not_linkable);
    let share = source.tokens_missing as f64 / linkable.max(1) as f64;
    if linkable < FEWEST || share <= MOST_SET_ASIDE {
        return;
    }
    let tier = if share >= NEARLY_ALL { Severity::High } else { Severity::Warning };
    let had = |then: &&&SourceCounts| {
        // Of the family that most have, which is fewer than have any.
        let most = then.families.values().max().copied().unwrap_or(0);
        then.linkable >= FEWEST && 2 * most > then.linkable
    };
    let before = held.before.first().filter(had);
    let was = before.map(|_| "most had some".to_owned()).unwrap_or_default();
    let is = format!(
        "{} records that may be linked have no token at all, {}",
        source.tokens_missing,
        percent(share)
    );
    let remedy = "look whether its profile maps what it knows of people, or columns were emptied on the way: each of these counts as a \
                  person of its own; a source that knows nobody says `purposes = [\"measure\"]` in its [[city.source]]";
    notes.note(tier, ["people.tokens", "tokens.missing"], was, is, remedy);
    if tier == Severity::High && before.is_some() {
        notes.unfit("lost nearly all of its tokens since the last night");
    }
}

fn warnings(source: &SourceReport, notes: &mut Notes<'_>) {
    if source.tokens_not_to_leave > 0 {
        let is = format!(
            "{} records that may not be linked came with tokens; they were not kept",
            source.tokens_not_to_leave
        );
        let remedy = "tell the agency: it lets out what it may not; it should encode with the profile and the program that it was given";
        notes.note(Severity::High, ["people.tokens", "tokens.not_to_leave"], String::new(), is, remedy);
    }
    if !source.tokens_alike.is_empty() {
        let columns: Vec<String> = source
            .tokens_alike
            .iter()
            .map(|(column, records)| format!("`{column}` ({records} records)"))
            .collect();
        let is =
            format!("most records hold one and the same token in {}; it was not kept", columns.join(", "));
        let remedy = "ask the agency whether a column of its extract was overwritten on the way; two people have no such token in common";
        notes.note(Severity::Error, ["people.tokens", "tokens.alike"], String::new(), is, remedy);
    }
    for warning in &source.warnings {
        let remedy = "take the column out at the agency, or leave it: it is never stored";
        notes.note(
            Severity::Warning,
            ["columns", "column.left_behind"],
            String::new(),
            warning.clone(),
            remedy,
        );
    }
}

/// A share that moved by more than a bound, and by more than chance.
struct Moved {
    was: String,
    is: String,
    rose: bool,
}

impl Moved {
    fn of((before, of_before): (u64, u64), (now, of_now): (u64, u64), bound: f64) -> Option<Self> {
        if of_before < FEWEST || of_now < FEWEST {
            return None;
        }
        let (p, q) = (before as f64 / of_before as f64, now as f64 / of_now as f64);
        let middle = f64::midpoint(p, q);
        // Three standard errors of the difference of two shares.
        let chance = 3.0 * (middle * (1.0 - middle) * (1.0 / of_before as f64 + 1.0 / of_now as f64)).sqrt();
        ((q - p).abs() >= bound.max(chance)).then(|| Self { was: percent(p), is: percent(q), rose: q > p })
    }
}

fn median(numbers: impl Iterator<Item = u64>) -> Option<u64> {
    let mut numbers: Vec<u64> = numbers.collect();
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied()
}

pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
