//! The fine print of a city: privacy, caveats, files.

use maud::{Markup, html};

use crate::page_view::CityView;

/// How the figures were made, and where their files are.
pub(crate) fn about(view: &CityView<'_>) -> Markup {
    let s = view.statement;
    let file = |path: &str| format!("{}{path}", view.files);
    html! {
        section .about {
            p .eyebrow { "About these figures" }
            h2 { "How they were made, and what they cannot say" }
            @if let Some(words) = &s.tables_left_out { p { (words) } }
            ul .plain { @for caveat in &s.caveats { li { (caveat) } } }
            dl .facts {
                dt { "Release" } dd { (s.release_id) }
                dt { "Privacy of this release" } dd { "\u{3b5} " (format!("{:.2}", s.epsilon)) " at \u{3b4} " (s.delta) }
                dt { "Spent this privacy year, up to this release" } dd { "\u{3b5} " (format!("{:.2}", s.year.epsilon_spent)) " of " (format!("{:.2}", s.year.epsilon_cap)) }
                dt { "Who is protected" } dd { (s.unit) }
                dt { "What that rests on" } dd { (s.linkage_assumption) }
                dt { "How" } dd { (s.mechanism) }
                dt { "Afterwards" } dd { (s.post_processing) }
                dt { "Software" } dd { (s.software) }
            }
            h3 .by { "Files of this release" }
            ul .files {
                @for (path, what) in [
                    ("README.md", "read me"), ("release.json", "privacy statement"), ("dictionary.csv", "what every column means"),
                    ("datapackage.json", "data package"), ("measurements.parquet", "noisy answers"), ("SHA256SUMS", "checksums"),
                ] {
                    li { a href=(file(path)) { (path) } " " small { (what) } }
                }
            }
        }
    }
}
