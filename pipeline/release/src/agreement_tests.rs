use domain::Objective;

use super::*;
use crate::fixture::workload;

/// Three pairs of attributes that agree on every single margin and are the margins of no
/// non-negative table: a says the same as b, b the same as c, and c the opposite of a.
#[test]
fn pairs_that_no_table_has_meet_half_way() {
    let workload = workload(&[2, 2, 2], &[&[0, 1, 2]]);
    let plan = Plan::new(&workload, Objective::TotalVariance, 1.0).expect("small");
    let mut tables: Vec<Vec<f64>> = plan
        .closure()
        .blocks()
        .iter()
        .map(|block| match (block.order(), &block.attributes[..]) {
            (2, [0, 2]) => vec![0.0, 500.0, 500.0, 0.0],
            (2, _) => vec![500.0, 0.0, 0.0, 500.0],
            _ => vec![1000.0 / block.cells as f64; block.cells],
        })
        .collect();
    reconcile(&plan, &mut tables);
    let triple = tables.last().expect("a table");
    assert!(triple.iter().all(|cell| *cell >= 0.0));
    for (position, block) in plan.closure().blocks().iter().enumerate() {
        let mut sums = vec![0.0; block.cells];
        let within = strides_within(&[0, 1, 2], &block.attributes, &block.shape);
        for_each_cell(&[2; 3], &within, |cell, inner| sums[inner] += triple[cell]);
        for (sum, cell) in sums.iter().zip(&tables[position]) {
            assert!((sum - cell).abs() < 1e-9, "{position}: {sum} {cell}");
        }
        // Each pair wanted its diagonal, or the other, to hold all; by symmetry each gets two thirds.
        if block.order() == 2 {
            let diagonal = tables[position][0] + tables[position][3];
            let wanted = if block.attributes == [0, 2] { 1000.0 / 3.0 } else { 2000.0 / 3.0 };
            assert!((diagonal - wanted).abs() < 5.0, "{diagonal}");
        }
    }
}

/// What agrees already and has nothing negative stays as it is.
#[test]
fn what_is_well_is_left_alone() {
    let workload = workload(&[2, 3], &[&[0, 1]]);
    let plan = Plan::new(&workload, Objective::TotalVariance, 1.0).expect("small");
    let before = vec![vec![21.0], vec![6.0, 15.0], vec![5.0, 7.0, 9.0], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]];
    let mut tables = before.clone();
    reconcile(&plan, &mut tables);
    for (a, b) in tables.iter().flatten().zip(before.iter().flatten()) {
        assert!((a - b).abs() < 1e-9);
    }
    let mut nobody: Vec<Vec<f64>> = before.iter().map(|t| vec![0.0; t.len()]).collect();
    reconcile(&plan, &mut nobody);
    assert!(nobody.iter().flatten().all(|cell| *cell == 0.0));
}
