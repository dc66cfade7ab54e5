//! Two files that write one id in two ways have nobody in common, and that is no empty month.

use std::fmt::Write;

use crate::fixture::{Agency, profile};

const PROFILE: &str = r#"
    source = "s"
    format = "csv"
    system = "hotline"
    people = "p.csv"
    [identity]
    record_id = "id"
    first_name = "first"
    last_name = "last"
    [sharing]
    birth_year = false
    date_precision = "day"
    purposes = ["link", "measure"]
    consent_scope = "link"
    [[file]]
    name = "p.csv"
    [[file]]
    name = "e.csv"
    record = "id"
    [[file.event]]
    kind = "contact"
    date = "on"
"#;

/// Twenty people, and forty events of ids that `written` writes.
fn encode(written: impl Fn(usize) -> String) -> Result<(u64, Vec<String>), String> {
    encode_both(|id| id.to_string(), written).map(|(_, events, notes)| (events, notes))
}

/// As [`encode`], of people whose ids `own` writes; with their keyed ids.
fn encode_both(
    own: impl Fn(usize) -> String,
    written: impl Fn(usize) -> String,
) -> Result<(Vec<String>, u64, Vec<String>), String> {
    let (mut people, mut events) = ("id,first,last\n".to_owned(), "id,on\n".to_owned());
    for i in 0..40 {
        if i < 20 {
            writeln!(people, "{},Ana,Paz", own(i)).unwrap();
        }
        writeln!(events, "{},2025-01-{:02}", written(i % 20), 1 + i % 28).unwrap();
    }
    let agency = Agency::new();
    agency.file("p.csv", &people);
    agency.file("e.csv", &events);
    let summary = agency.encode(&profile(PROFILE), &agency.raw()).map_err(|error| error.to_string())?;
    Ok((agency.people().lines(&["record_id"]), summary.events, summary.notes))
}

#[test]
fn ids_that_are_written_otherwise_refuse_their_file() {
    let error = encode(|id| format!("{id:04}")).expect_err("zeros in front");
    assert!(error.contains("e.csv") && error.contains("40 of 40 rows") && error.contains("zeros"), "{error}");
    let (events, notes) = encode(|id| if id < 12 { format!("x{id}") } else { id.to_string() }).unwrap();
    assert_eq!(events, 16);
    assert!(notes.len() == 1 && notes[0].contains("24 of 40 rows"), "{notes:?}");
    assert_eq!(encode(|id| format!("=\"{id}\"")).unwrap(), (40, Vec::new()));
    assert_eq!(encode(|id| format!("\u{200b}{id}\u{feff}")).unwrap(), (40, Vec::new()));
}

/// pandas writes whole numbers with decimals in a column of which one is missing: files met, or did not, by chance.
#[test]
fn ids_are_numbers_without_the_decimals_that_a_program_gave_them() {
    let (plain, point) = (|id: usize| format!("{}", 10 + id), |id: usize| format!("{}.0", 10 + id));
    let clean = encode_both(plain, plain).unwrap();
    assert_eq!((clean.0.len(), clean.1), (20, 40));
    assert_eq!(encode_both(plain, point).unwrap(), clean);
    assert_eq!(encode_both(point, plain).unwrap(), clean);
    assert_eq!(encode_both(point, point).unwrap(), clean, "from night to night a record keeps its id");
    // Where decimals tell people of a household apart, `10.0` is not the household.
    let of_household = |id: usize| format!("{}.{}", 10 + id / 2, id % 2);
    assert_eq!(encode_both(of_household, of_household).unwrap().1, 40);
    let error = encode_both(of_household, plain).expect_err("households");
    assert!(
        error.contains("e.csv") && error.contains("40 of 40 rows") && error.contains("decimals"),
        "{error}"
    );
}

#[test]
fn ids_with_decimals_that_are_too_large_to_be_exact_are_rounded() {
    let large = |id: usize| format!("{}.0", 9_007_199_254_741_000 + id as u64);
    let error = encode_both(large, large).expect_err("rounded");
    assert!(error.contains("40 of 40 rows") && error.contains("rounded"), "{error}");
}

/// A row that can't be read protects whose id stands in it, however the id is written.
#[test]
fn ids_with_decimals_protect() {
    let text = PROFILE.replace(
        "consent_scope = \"link\"",
        "consent_scope = { column = \"release\", codes = { Y = \"link\" } }",
    );
    let agency = Agency::new();
    let people = |ids: [&str; 3]| {
        let [one, two, three] = ids;
        format!(
            "id,first,last,release,dob\n{one},Ana,Ruiz,Y,1990-05-01\n{two},Eva,Sosa,Y,1991-05-01\n{three} withdrew\n"
        )
    };
    let text = text.replace("last_name = \"last\"", "last_name = \"last\"\nbirth_date = \"dob\"");
    agency.file("e.csv", "id,on\n");
    for ids in [["17", "18", "17.0"], ["17.0", "18.0", "17"], ["17.0", "18", "17.0"]] {
        agency.file("p.csv", &people(ids));
        let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
        assert_eq!((summary.records, summary.not_linkable, summary.quarantined), (2, 1, 1), "{ids:?}");
    }
}

/// One id with decimals, mistyped, made `17.0` another record than 17, and 17's withdrawal nobody's.
#[test]
fn a_withdrawal_under_an_id_with_decimals_protects_whatever_other_ids_look_like() {
    let rules = PROFILE.replace("last_name = \"last\"", "last_name = \"last\"\nbirth_date = \"dob\"").replace(
        "consent_scope = \"link\"",
        "consent_scope = { column = \"release\", codes = { Y = \"link\", N = \"count_only\", X = \"none\" } }",
    );
    let agency = Agency::new();
    agency.file("e.csv", "id,on\n");
    let encode = |rows: usize, mistyped: &[&str], withdrawal: &str, name: &str| {
        let mut people = "id,first,last,release,dob\n17,Ana,Ruiz,Y,1990-05-01\n".to_owned();
        for id in mistyped.iter().map(|id| (*id).to_owned()).chain((100..100 + rows).map(|id| id.to_string()))
        {
            writeln!(people, "{id},Eva,Sosa{id},Y,1991-05-01").unwrap();
        }
        people += &withdrawal.replace("NAME", name);
        agency.file("p.csv", &people);
        let summary = agency.encode(&profile(&rules), &agency.raw()).unwrap();
        let told = summary.notes.iter().filter(|note| note.contains("decimals that say something")).count();
        (summary.not_linkable, summary.withheld, told)
    };
    for name in ["Ana,Ruiz", "Mia,Luna"] {
        let no = "17.0,NAME,N,1990-05-01\n";
        assert_eq!(encode(40, &[], no, name), (1, 0, 0), "{name}");
        // A slip among many changes nothing.
        assert_eq!(encode(40, &["18.5"], no, name), (1, 0, 1), "{name}");
        // Where decimals tell records apart, both stay as the narrower says.
        let many = ["18.5", "18.6", "18.7"];
        assert_eq!(encode(4, &many, no, name), (2, 0, 1), "{name}");
        assert_eq!(encode(4, &many, "17.0,NAME,X,1990-05-01\n", name), (0, 2, 1), "{name}");
        assert_eq!(encode(4, &many, "17.0,NAME,Y,1990-05-01\n", name), (0, 0, 1), "{name}");
    }
}

/// The second half of a file that pandas wrote again has its keys with decimals.
#[test]
fn rows_whose_keys_a_program_took_for_numbers_are_the_rows_they_were() {
    let keyed = PROFILE.replace("record = \"id\"", "record = \"id\"\nkey = \"key\"");
    let events = |keys: [&str; 4]| {
        let agency = Agency::new();
        agency.file("p.csv", "id,first,last\n1,Ana,Paz\n2,Eva,Sosa\n");
        let rows = keys.iter().zip([1, 2, 1, 2]).map(|(key, id)| format!("{key},{id},2025-01-0{id}\n"));
        agency.file("e.csv", &format!("key,id,on\n{}", rows.collect::<String>()));
        let summary = agency.encode(&profile(&keyed), &agency.raw()).unwrap();
        let mut ids = agency.events().lines(&["event_id"]);
        ids.sort();
        (ids, summary.by_rule.get("key.duplicate").copied().unwrap_or_default())
    };
    let whole = events(["5", "6", "7", "8"]);
    assert_eq!((whole.0.len(), whole.1), (4, 0));
    assert_eq!(events(["5.0", "6.0", "7.00", "8"]), whole);
    let twice = events(["5", "6", "5.0", "6.0"]);
    assert_eq!((twice.0.len(), twice.1), (2, 2));
    // Of two records too, the first row has the key.
    assert_eq!(events(["5.1", "5.2", "5.0", "5"]).1, 1);
}
