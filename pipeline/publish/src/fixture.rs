//! A made-up release for tests: the default tables of six systems, plausible rates, noise from a fixed
//! sequence. It goes through none of the release machinery, whose types it only fills.

use domain::{
    Detail, Measure, Objective, Period, Subject, System, Table, TablesConfig, TablesFor, Topic, Word,
    Workload,
};
use release::{
    Cell, Dimension, EarlierMeasurement, GroupLoss, LifetimeAccount, NoisyResidual, PaidRelease,
    QueryStatement, Rate, RateInterval, ReleasedTable, Reliability, Statement, Terms, YearAccount,
};

/// A release's three parts.
pub(crate) struct Parts {
    pub statement: Statement,
    pub tables: Vec<ReleasedTable>,
    pub residuals: Vec<NoisyResidual>,
}

/// The release of a made-up city; `scale` stretches its population.
pub(crate) fn parts(city: &str, name: &str, seed: u64, scale: f64) -> Parts {
    let systems = System::ALL.iter().copied().filter(|s| s.code() % 2 == 0).collect();
    let cities = TablesFor { systems, smallest_population: None };
    let workload = TablesConfig::default()
        .workload(&[], Detail::Full, &cities)
        .expect("the tables that a configuration has by default");
    let mut noise = Noise(seed);
    let statement = statement(city, name);
    let tables =
        workload.tables().iter().map(|t| table(&workload, t, &statement, &mut noise, scale)).collect();
    let residuals = vec![
        NoisyResidual {
            revision: 0,
            query: "total".into(),
            coordinate: String::new(),
            value: 6_912,
            noise_scale: 8.5,
            rho: 0.007,
        },
        NoisyResidual {
            revision: 0,
            query: "trafficking_type".into(),
            coordinate: "sex_only".into(),
            value: -41,
            noise_scale: 40.25,
            rho: 0.0125,
        },
    ];
    Parts { statement, tables, residuals }
}

/// Atlanta with the rates that `of` names (by table and type) and how far their rows are relied on;
/// all others are withheld.
pub(crate) fn with_rates(of: impl Fn(&str, &str) -> Option<([f64; 3], Reliability)>) -> Parts {
    let mut parts = parts("us-ga-atlanta", "Atlanta", 11, 1.0);
    for table in &mut parts.tables {
        let types = table.dimensions[0].categories.clone();
        for cell in &mut table.cells {
            let given = of(&table.name, &types[usize::from(cell.codes[0])]);
            if let Some(rate) = &mut cell.rate {
                rate.value = given.map(|([rate, low, high], _)| RateInterval { rate, low, high });
                rate.picked = rate.value;
                cell.reliability = given.map_or(cell.reliability, |(_, reliability)| reliability);
            }
        }
    }
    parts
}

/// Makes it a revision whose second measurement had a third of the first one's budget.
pub(crate) fn revise(parts: &mut Parts) {
    let statement = &mut parts.statement;
    let query = |rho| QueryStatement { rho, ..statement.queries[0].clone() };
    let (first, second) = (vec![query(0.006)], vec![query(0.002)]);
    statement.earlier = Some(EarlierMeasurement {
        release_id: statement.release_id.clone(),
        read_on: statement.read_on,
        rho: 0.006,
        epsilon: 0.5,
        queries: first,
    });
    statement.queries = second;
    statement.revision = 1;
    statement.release_id = format!("{}/2025/r1", statement.city);
    statement.read_on = "2026-12-31".parse().expect("a day");
}

/// Approximately normal numbers from a linear congruential sequence (Knuth's MMIX constants).
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// People by type of trafficking, in the public order, at scale one.
const PEOPLE: [f64; 5] = [1_310.0, 640.0, 240.0, 4_500.0, 190.0];

fn table(
    workload: &Workload,
    table: &Table,
    statement: &Statement,
    noise: &mut Noise,
    scale: f64,
) -> ReleasedTable {
    let subject = table.subject.clone().expect("the standard workload has subjects");
    let dimensions: Vec<Dimension> = table
        .dimensions
        .iter()
        .map(|d| &workload.attributes()[*d])
        .map(|a| Dimension { name: a.name.clone(), categories: a.categories.clone() })
        .collect();
    let sizes: Vec<usize> = dimensions.iter().map(|d| d.categories.len()).collect();
    let count: usize = sizes.iter().product();
    let levels = subject.measure.attributes(subject.topic).len();
    let standard_error = [2.4, 4.6, 9.2, 9.2][dimensions.len() - 1];
    let codes: Vec<Vec<u8>> = (0..count)
        .map(|mut i| {
            let mut codes: Vec<u8> = sizes
                .iter()
                .rev()
                .map(|n| {
                    let c = i % n;
                    i /= n;
                    c as u8
                })
                .collect();
            codes.reverse();
            codes
        })
        .collect();
    let mut cells: Vec<Cell> = codes
        .into_iter()
        .map(|codes| {
            let kind = usize::from(codes[0]);
            let mut people = PEOPLE[kind] * scale;
            let mut twist = 0.0;
            let group = codes.get(1 + levels).map(|c| usize::from(*c));
            if let Some(group) = group {
                let n = *sizes.last().expect("a table has dimensions") as f64;
                let weight = |g: f64| (n - g).powi(2) + 1.0;
                people *= weight(group as f64) / (0..n as usize).map(|g| weight(g as f64)).sum::<f64>();
                twist = 0.16 * ((group * 7 + kind * 3) % 5) as f64 / 4.0 - 0.08;
            }
            for code in &codes[1..=levels] {
                people *= share(&subject, usize::from(*code), kind, twist);
            }
            let estimate = people + standard_error * noise.normal();
            let (low, high) =
                ((estimate - 1.96 * standard_error).max(0.0), (estimate + 1.96 * standard_error).max(0.0));
            let reliability = match standard_error * 1.96 / estimate {
                r if estimate > 0.0 && r <= 0.1 => Reliability::High,
                r if estimate > 0.0 && r <= 0.5 => Reliability::Moderate,
                _ => Reliability::Low,
            };
            Cell { codes, estimate, low, high, best_estimate: estimate.max(0.0), rate: None, reliability }
        })
        .collect();
    if subject.measure.has_rate(subject.topic) {
        rates(&mut cells, subject.measure, levels, standard_error);
    }
    let window_days = subject.measure.window_days(subject.topic);
    let follow_up_days = subject.measure.follow_up_days(subject.topic);
    let period = Period::parse(&statement.period).expect("a period");
    ReleasedTable {
        name: table.name.clone(),
        cohort: period.cohort(follow_up_days, statement.report_date),
        subject: Some(subject),
        window_days,
        dimensions,
        standard_error,
        cells,
    }
}

/// The share of people who are at a level.
fn share(subject: &Subject, level: usize, kind: usize, twist: f64) -> f64 {
    let measure = subject.measure;
    let levels = measure.levels();
    let Some((led, denominator)) = measure.rate_levels() else {
        return if levels[level] == "in_period" { 0.9 } else { 0.1 };
    };
    let outside = levels.len() - denominator.len();
    let [reached, missed] = shares(measure, subject.topic, kind, twist);
    let reached = if outside == 0 { 1.0 } else { reached };
    if levels[level] == led {
        reached * missed
    } else if denominator.contains(&levels[level]) {
        reached * (1.0 - missed) / (denominator.len() - 1) as f64
    } else {
        (1.0 - reached) / outside as f64
    }
}

/// The share that enters the measure, and the share of those at the level that a page leads with.
fn shares(measure: Measure, topic: Option<Topic>, kind: usize, twist: f64) -> [f64; 2] {
    let at = topic.and_then(Topic::service).map_or(0, Word::code);
    let missed = match measure.name() {
        "identification_gap" => [0.46, 0.71, 0.52, 0.0, 0.6][kind],
        "cycling_without_help" => [0.24, 0.18, 0.31, 0.05, 0.2][kind],
        _ => 0.18 + 0.62 * ((at * 5 + kind * 3) % 16) as f64 / 15.0,
    };
    let reached = match measure.name() {
        "identification_gap" | "cycling_without_help" => [0.4, 0.42, 0.5, 0.0, 0.4][kind],
        _ => 0.06 + 0.4 * ((at * 3 + kind * 5) % 16) as f64 / 15.0,
    };
    [reached, (missed + twist).clamp(0.02, 0.97)]
}

/// Rates with Fieller's interval, as if the noise of cells were independent.
fn rates(cells: &mut [Cell], measure: Measure, axis: usize, standard_error: f64) {
    let is_in = |levels: &[&str], code: u8| levels.contains(&measure.levels()[usize::from(code)]);
    let (_, denominator) = measure.rate_levels().expect("a rate");
    let numerators = measure.numerators();
    let elsewhere = |codes: &[u8]| [&codes[..axis], &codes[axis + 1..]].concat();
    let out_of: Vec<f64> = cells
        .iter()
        .map(|cell| {
            let same = |c: &&Cell| elsewhere(&c.codes) == elsewhere(&cell.codes);
            cells.iter().filter(same).filter(|c| is_in(denominator, c.codes[axis])).map(|c| c.estimate).sum()
        })
        .collect();
    let variance = standard_error.powi(2);
    let spread = 1.96f64.powi(2) * variance;
    // Of a pair of systems, among those whom the first saw.
    let told = |cell: &Cell| (1..=axis).all(|at| is_in(numerators, cell.codes[at]));
    for (cell, whole) in cells.iter_mut().zip(out_of).filter(|(c, _)| told(c)) {
        let part = cell.estimate;
        // Fieller: square * r² − 2 * middle * r + rest <= 0.
        let (square, middle, rest) =
            (whole * whole - 2.0 * spread, part * whole - spread, part * part - spread);
        let value = (whole > 0.0 && square > 0.0 && middle * middle >= square * rest).then(|| {
            let half = (middle * middle - square * rest).sqrt();
            let cut = |x: f64| x.clamp(0.0, 1.0);
            RateInterval {
                rate: cut(part / whole),
                low: cut((middle - half) / square),
                high: cut((middle + half) / square),
            }
        });
        let denominator_standard_error = standard_error * 2f64.sqrt();
        cell.rate = Some(Rate { denominator: whole, denominator_standard_error, value, picked: value });
    }
}

fn statement(city: &str, name: &str) -> Statement {
    let text = str::to_owned;
    Statement {
        release_id: format!("{city}/2025/r0"),
        city: text(city),
        city_name: text(name),
        period: text("2025"),
        revision: 0,
        report_date: "2026-06-30".parse().expect("a day"),
        read_on: "2026-06-30".parse().expect("a day"),
        demo: true,
        rho: 0.311_1,
        epsilon: 3.999,
        delta: 1e-6,
        year: YearAccount {
            year: 2025,
            rho_cap: 0.311_2,
            epsilon_cap: 4.0,
            rho_spent: 0.311_1,
            epsilon_spent: 3.999,
            expires_on: None,
            releases: vec![PaidRelease { release_id: format!("{city}/2025/r0"), rho: 0.311_1 }],
        },
        lifetime: LifetimeAccount {
            rho_spent: 0.311_1,
            epsilon_spent: 3.999,
            rho_cap: None,
            epsilon_cap: None,
        },
        group_privacy: vec![GroupLoss { rows: 1, rho: 0.311_1, epsilon: 3.999, why: text("one row") }],
        linkage_measured: None,
        terms: terms(),
        earlier: None,
        program_sha256: None,
        objective: Objective::TotalVariance,
        mechanism: text("Discrete Gaussian noise on integer residual queries of the workload's marginals."),
        library: text("a library and its version"),
        unit: text(
            "One linked person: everything the city's participating agencies hold on that person for one year.",
        ),
        linkage_assumption: text(
            "The promise is proved for the persons that linkage made; one human left as two persons is protected less.",
        ),
        public_inputs: vec![text("category lists"), text("calendar")],
        tables_left_out: None,
        caveats: vec![
            text("Counts are of people whom agencies recorded, not of all who are trafficked."),
            text("Ranges cover the privacy noise, not under-reporting and not errors of linkage."),
        ],
        post_processing: text("Estimates are unbiased; best estimates are clipped and shrunk, hence biased."),
        queries: vec![QueryStatement {
            attributes: vec![],
            sizes: vec![],
            squared_sensitivity: 1,
            noise_scale: 8.5,
            rho: 0.007,
        }],
        software: text("pathways 0.1.0"),
        ledger_head: text("00ff"),
    }
}

fn terms() -> Terms {
    let text = str::to_owned;
    Terms {
        conversion: text("zCDP, converted to epsilon at delta."),
        contribution_bound: text("One row a person."),
        trust_model: text("Central: the hub is trusted with coded events."),
        not_protected: text("What is public."),
        composition: text("Costs add up."),
        refresh: text("Every calendar year."),
        corrections: text("They change nothing."),
        side_channels: text("Integers only."),
        error: text("Standard errors are of the noise."),
        why_epsilon: text("The city's policy."),
        input_digest: text("On the ledger."),
        audit: text("By the tests."),
    }
}
