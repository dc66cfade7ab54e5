//! Records for `evaluate linkage`: the same tokens as an extract's, the truth apart.

use agency::read_for_linkage;
use domain::{FAMILIES, token_column};

use crate::fixture::{Agency, linkage_key, profile, repository};

const TEXT: &str = r#"
    source = "census"
    format = "csv"
    system = "hotline"
    [identity]
    record_id = "id"
    first_name = "first"
    last_name = "last"
    birth_year = "by"
    birth_month = "bm"
    birth_day = "bd"
    other = ["card"]
    [sharing]
    birth_year = false
    date_precision = "day"
    purposes = ["link", "measure"]
    consent_scope = "link"
"#;
const ROWS: &str = "id,first,last,by,bm,bd,card,truth\n1,Ana,Ruiz,1990,5,1,K-17,7\n2,Eva,Sosa,1990,2,31,,8\n3,Ana,Ruiz,1990,5,1,k-17,9\n";

#[test]
fn the_tokens_are_those_of_an_extract_and_the_truth_feeds_none() {
    let agency = Agency::new();
    let input = agency.file("p.csv", ROWS);
    let key = linkage_key(tempfile::tempdir().unwrap().path());
    let records = read_for_linkage(&profile(TEXT), &input, &key, Some("truth")).unwrap();
    assert_eq!(records.len(), 3);
    assert_eq!(records.truth, ["7", "8", "9"]);
    assert_eq!(records.tokens_of(0).collect::<Vec<_>>(), records.tokens_of(2).collect::<Vec<_>>());
    agency.encode(&profile(TEXT), &input).unwrap();
    let people = agency.people();
    let mut extract: Vec<Vec<String>> = (0..3)
        .map(|i| (0..FAMILIES.len()).map(|f| people.column(&token_column(f))[i].to_owned()).collect())
        .collect();
    let mut read: Vec<Vec<String>> = (0..3)
        .map(|i| {
            let mut columns = vec![String::new(); FAMILIES.len()];
            records.tokens_of(i).for_each(|(family, token)| columns[family] += &hex::encode(token));
            columns
        })
        .collect();
    extract.sort();
    read.sort();
    assert_eq!(extract, read);
}

#[test]
fn the_truth_column_can_not_be_an_identity_field() {
    let agency = Agency::new();
    let input = agency.file("p.csv", ROWS);
    let key = linkage_key(tempfile::tempdir().unwrap().path());
    for column in ["id", "card", "first", "by"] {
        let error =
            read_for_linkage(&profile(TEXT), &input, &key, Some(column)).map(|_| ()).expect_err(column);
        assert!(error.is_configuration(), "{error}");
    }
    let error =
        read_for_linkage(&profile(TEXT), &input, &key, Some("nothing")).map(|_| ()).expect_err("missing");
    assert!(error.is_input() && error.to_string().contains("nothing"), "{error}");
}

/// The configurations of the labelled sets fit the files beside the project.
#[test]
fn labelled_sets_read() {
    let folder = repository().join("../shared/data/linkage");
    if !folder.is_dir() {
        assert!(
            std::env::var_os("CI").is_none_or(|ci| ci != "true"),
            "{} is absent, and CI=true",
            folder.display()
        );
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: ../shared/data/linkage is absent");
        }
        return;
    }
    let key = linkage_key(tempfile::tempdir().unwrap().path());
    for (config, file, records, per_record) in [
        ("febrl.toml", "febrl1.csv", 1000, 30),
        ("febrl.toml", "febrl3.csv", 5000, 30),
        ("rldata.toml", "rldata500.csv", 500, 15),
    ] {
        let profile = agency::Profile::read(&repository().join("configs/linkage").join(config)).unwrap();
        let read = read_for_linkage(&profile, &folder.join(file), &key, Some("truth_id")).unwrap();
        assert_eq!((read.len(), read.truth.len()), (records, records), "{file}");
        assert_eq!(read.rows.quarantined, 0, "{file}");
        assert!(read.tokens.len() > records * per_record, "{file}: {} tokens", read.tokens.len());
    }
}
