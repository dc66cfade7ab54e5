//! `README.md` of a release, in plain words.

use domain::Measure;
use release::Statement;

use crate::page_text::{CAVEAT, PRIVACY_NOTE, day, period_words};
use crate::revised::revised;
use crate::sheet::Sheet;
use crate::tidy::period_slug;

/// What it is, how to read it, what to beware of, how to load it.
pub(crate) fn readme(statement: &Statement, sheets: &[Sheet], measures: &[Measure]) -> String {
    let period = period_slug(statement).unwrap_or_default();
    let folder = format!("city={}/period={period}", statement.city);
    let banner = if statement.demo {
        "> **Fictitious demonstration data.** Every person, record and figure is invented.\n> Nothing here describes a real city.\n\n"
    } else {
        ""
    };
    let files = sheets
        .iter()
        .map(|s| format!("| `tables/{0}.parquet`, `tables/{0}.csv` | {1} |\n", s.name, s.title))
        .collect::<Vec<_>>()
        .concat();
    let counted = measures
        .iter()
        .map(|m| {
            format!(
                "- **{}** (`{}`). {} {} *{}*\n",
                m.title(),
                m.name(),
                m.definition(),
                m.file().cohort,
                m.caution()
            )
        })
        .collect::<Vec<_>>()
        .concat();
    let caveats = statement.caveats.iter().map(|c| format!("- {c}\n")).collect::<Vec<_>>().concat();
    format!(
        "# Services that trafficked people need and do not get: {city}, {period_words}\n\n\
{banner}{CAVEAT}\n\n\
{PRIVACY_NOTE}\n\n\
{revised}\
| | |\n| --- | --- |\n\
| Release | `{id}` |\n\
| Events counted up to | {report_date} |\n\
| Records read on | {read_on} |\n\
| Privacy of this release | epsilon {epsilon:.3} at delta {delta:e} (rho {rho:.5}) |\n\
| Spent this privacy year, up to this release | epsilon {spent:.3} of {cap:.3} |\n\
| Unit of privacy | {unit} |\n\
| Mechanism | {mechanism} |\n\
| Licence | {licence} |\n\
| Software | {software} |\n\n\
## Files\n\n| file | what it holds |\n| --- | --- |\n{files}\
| `differences.parquet`, `differences.csv` | each group's rate less everybody else's, and labor against sex trafficking, with intervals, and whether it is a clear difference |\n\
| `measurements.parquet` | the noisy answers themselves, for inference of your own |\n\
| `dashboard.html` | the page for funders: one file, no network |\n\
| `dictionary.csv` | what every column and category means |\n\
| `datapackage.json` | the same for programs (Frictionless Data Package 2.0) |\n\
| `release.json` | the full privacy statement, every table's cohort and standard error |\n\
| `SHA256SUMS` | check with `sha256sum -c SHA256SUMS` |\n\n\
CSV is rounded (people to 0.1, rates to 0.001); Parquet is not. Otherwise they hold the same rows.\n\n\
{how}\n\
## What each measure counts\n\n{counted}\n\
## What this release does not say\n\n{caveats}\n\
{left_out}{post}\n\n\
## Load it\n\n{load}",
        city = statement.city_name,
        period_words = period_words(&statement.period),
        id = statement.release_id,
        report_date = day(statement.report_date),
        read_on = match &statement.earlier {
            None => day(statement.read_on),
            Some(earlier) => format!("{}, and again {}", day(earlier.read_on), day(statement.read_on)),
        },
        epsilon = statement.epsilon,
        delta = statement.delta,
        rho = statement.rho,
        spent = statement.year.epsilon_spent,
        cap = statement.year.epsilon_cap,
        unit = statement.unit,
        mechanism = statement.mechanism,
        licence = crate::schema::LICENCE,
        software = statement.software,
        revised = revised(statement).map_or_else(String::new, |words| format!("**{words}** {APART}\n\n")),
        how = HOW.replace("{holds}", if statement.earlier.is_some() { HOLDS_REVISED } else { HOLDS }),
        left_out =
            statement.tables_left_out.as_ref().map_or_else(String::new, |words| format!("**{words}**\n\n")),
        post = statement.post_processing,
        load = LOAD.replace("{folder}", &folder),
    )
}

const APART: &str = "`measurements.parquet` holds both measurements apart (`revision` 0 and 1): estimates from the second one alone are \
of the corrected records, with wider intervals.";

const HOLDS: &str = "holds the true count 19 times in 20";
const HOLDS_REVISED: &str = "holds, 19 times in 20, the mean of the counts that both measurements were
  of: the true count only where no record was corrected in between";

const HOW: &str = "\
## How to read a row

One row is one cell of one table: a type of trafficking, a level of a measure and, where the file's
name says `by`, one category of a group.

- `estimate` is unbiased: right on average, off by noise in any one cell, sometimes below zero.
  `ci_low` to `ci_high` {holds}. Add estimates, never best estimates. The interval is the estimate and 1.96
  standard errors on either side, cut at zero; below zero the upper end is wider than that, so that no interval is nothing but zero.
- The standard error of a sum is not the root of the summed squares: cells of one table share noise.
  `measurements.parquet` holds what an exact one needs.
- `best_estimate` is never negative and usually closer to the truth, but biased. Read it; do not
  sum or test it, and do not give it the estimate's interval.
- `rate` stands on the rows whose level is told as a share (`unmet`, `not_identified`, `recognized`,
  `cycling`; every span of days of re-entry). It has an interval of its own, at 95 % among the rates that are published; one from 0 to 1 says nothing. Where `status` is `withheld` there is none, and `status_reason` says why.
  An empty rate is never a zero.
- `unknown`, `not_collected`, `not_asked`, `result_unknown` and `none_recorded` are never `no`.
- Ages are those at the person's first event of the period (of people with none in it, at the latest one before), in
  every measure, and `lgbtq_youth` goes by them: who was 17 at a sign of trafficking in an earlier period and is 18 in
  this one stands under 18 to 24.
- Levels outside a rate (`not_in_cohort`, `no_need` and the like) hold the other people of the table, so
  that every table adds up to the same total.
- Each measure has its own cohort (`cohort_start`, `cohort_end`): the latest whose follow-up of
  `window_days` had passed by the report date. Periods and cities add up to person-periods and
  person-cities, not to people; releases whose rows have the same cohort tell of the same people, and are not added.
- Of a hundred intervals in `differences` about five miss the truth, more often among the clear differences than among
  the others: one that was picked out for being clear is best read as a question.
- Two cities or groups whose intervals overlap are not ranked by these figures.
";

const LOAD: &str = "\
Run from the folder that holds `city=...`. Name a file, or a pattern that ends in one file's name:
the files have different columns, so do not load a whole folder as one table.

Python:

```python
import pandas as pd

unmet = pd.read_parquet(\"{folder}/tables/unmet_need.parquet\")
print(unmet.attrs)  # epsilon, delta, unit, release
print(unmet[unmet.level == \"unmet\"][[\"service\", \"trafficking_type\", \"rate\", \"rate_low\", \"rate_high\"]])
```

```python
import polars as pl

every_city = pl.scan_parquet(\"city=*/period=*/tables/unmet_need.parquet\").collect()
```

R:

```r
unmet <- arrow::read_parquet(\"{folder}/tables/unmet_need.parquet\")
unmet <- readr::read_csv(\"{folder}/tables/unmet_need.csv\")
```

DuckDB:

```sql
SELECT city_name, service, trafficking_type, rate, rate_low, rate_high
FROM read_parquet('city=*/period=*/tables/unmet_need.parquet')
WHERE level = 'unmet' AND status = 'published'
  AND rate_high - rate_low <= 0.5  -- a wider interval says next to nothing
ORDER BY city_name, service, trafficking_type;
```
";
