//! What must hold of a published folder.

use std::fs;
use std::path::Path;

use crate::city_release::publish_parts;
use crate::error::PublishError;
use crate::fixture::{Parts, parts};
use crate::folder::Outcome;

fn atlanta() -> Parts {
    parts("us-ga-atlanta", "Atlanta", 11, 1.0)
}

#[test]
fn publishing_again_touches_nothing_and_never_noises_a_figure_again() {
    let out = tempfile::tempdir().expect("a folder");
    let mut parts = atlanta();
    parts.statement.demo = false;
    let publish = |p: &Parts| publish_parts(&p.statement, &p.tables, &p.residuals, out.path());
    let first = publish(&parts).expect("published");
    assert_eq!(first.outcome, Outcome::New);
    assert_eq!(first.folder, out.path().join("city=us-ga-atlanta/period=2025-year"));
    assert_eq!(first.files.len(), fs_count(&first.folder));
    assert_eq!(publish(&parts).expect("published").outcome, Outcome::Unchanged);

    parts.residuals[0].value += 1;
    assert!(matches!(publish(&parts), Err(PublishError::Standing { .. })));
    parts.statement.revision = 1;
    assert_eq!(publish(&parts).expect("published").outcome, Outcome::Replaced);
    parts.statement.revision = 0;
    assert!(matches!(publish(&parts), Err(PublishError::Standing { .. })));

    fs::remove_file(first.folder.join("release.json")).expect("removed");
    assert!(matches!(publish(&parts), Err(PublishError::Standing { .. })), "a folder of something else");
}

#[test]
fn a_release_that_contradicts_itself_leaves_nothing_behind() {
    type Spoil = fn(&mut Parts);
    let spoil: [(&str, Spoil); 9] = [
        ("no subject", |p| p.tables[5].subject = None),
        ("a cell short", |p| drop(p.tables[5].cells.pop())),
        ("cells out of order", |p| p.tables[5].cells.swap(0, 1)),
        ("an unknown category", |p| p.tables[5].dimensions[1].categories[0] = "x".into()),
        ("no number", |p| p.tables[5].cells[0].estimate = f64::NAN),
        ("one table twice", |p| p.tables.push(p.tables[5].clone())),
        ("a period that is none", |p| p.statement.period = "../2025".into()),
        ("a city that is none", |p| p.statement.city = "../up".into()),
        ("a surplus dimension", |p| {
            let again = p.tables[5].dimensions[1].clone();
            p.tables[5].dimensions.push(again);
        }),
    ];
    for (what, spoil) in spoil {
        let out = tempfile::tempdir().expect("a folder");
        let mut parts = atlanta();
        spoil(&mut parts);
        let result = publish_parts(&parts.statement, &parts.tables, &parts.residuals, out.path());
        assert!(result.is_err(), "{what}");
        assert_eq!(fs_count(out.path()), 0, "{what}");
    }
}

fn fs_count(folder: &Path) -> usize {
    fs::read_dir(folder)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .map(|p| if p.is_dir() { fs_count(&p) } else { 1 })
        .sum()
}
