use proptest::prelude::*;

use super::*;
use crate::fixture::{columns, workload};
use domain::{Objective, Workload};

const SIZES: [usize; 5] = [2, 3, 4, 5, 3];

/// Workloads of one to four tables of one to four dimensions.
fn workloads() -> impl Strategy<Value = Workload> {
    let table = prop::sample::subsequence((0..SIZES.len()).collect::<Vec<_>>(), 1..=4).prop_shuffle();
    prop::collection::vec(table, 1..=4).prop_map(|tables| {
        let tables: Vec<&[usize]> = tables.iter().map(Vec::as_slice).collect();
        workload(&SIZES, &tables)
    })
}

fn tabulate(plan: &Plan, columns: Vec<Vec<u8>>) -> Exact<Marginals> {
    let persons = PersonTable::new(plan.workload(), columns).expect("fits");
    Exact::tabulate(plan, persons).expect("same workload")
}

proptest! {
    #[test]
    fn counts_are_what_counting_gives(workload in workloads(), count in 0..300_usize, seed: u64) {
        let plan = Plan::new(&workload, Objective::TotalVariance, 0.1).expect("small");
        let people = columns(&SIZES, count, seed);
        let exact = tabulate(&plan, people.clone());
        for block in plan.closure().blocks() {
            let mut expected = vec![0_i64; block.cells];
            (0..count).for_each(|row| {
                let codes = block.attributes.iter().map(|a| usize::from(people[*a][row]));
                expected[codes.zip(&block.shape).fold(0, |cell, (code, n)| cell * n + code)] += 1;
            });
            prop_assert_eq!(exact.truth(block), &expected[..]);
        }
    }

    /// The proof at `Exact`, put to the test: any one row moves every block by exactly what the
    /// plan declares, so the loss of all blocks together never exceeds the plan's ρ.
    #[test]
    fn one_row_moves_every_block_by_exactly_its_sensitivity(
        workload in workloads(), count in 1..200_usize, seed: u64, pick: prop::sample::Index,
    ) {
        let plan = Plan::new(&workload, Objective::TotalVariance, 0.1).expect("small");
        let with = columns(&SIZES, count, seed);
        let mut without = with.clone();
        let row = pick.index(count);
        for column in &mut without {
            column.remove(row);
        }
        let with = tabulate(&plan, with).residuals(&plan);
        let without = tabulate(&plan, without).residuals(&plan);
        let mut rho = 0.0;
        for (block, noise) in plan.closure().blocks().iter().zip(plan.noise()) {
            let moved: i64 = with.block(block).iter().zip(without.block(block)).map(|(a, b)| (a - b).pow(2)).sum();
            prop_assert_eq!(moved as u64, block.squared_sensitivity());
            rho += moved as f64 / (2.0 * noise.scale * noise.scale);
        }
        prop_assert!(rho <= plan.rho() * (1.0 + 1e-12), "{} {}", rho, plan.rho());
    }

    #[test]
    fn residuals_have_no_margins(workload in workloads(), count in 0..200_usize, seed: u64) {
        let plan = Plan::new(&workload, Objective::TotalVariance, 0.1).expect("small");
        let residuals = tabulate(&plan, columns(&SIZES, count, seed)).residuals(&plan);
        for block in plan.closure().blocks() {
            for axis in 0..block.order() {
                let stride = strides(&block.shape)[axis];
                for_each_lane(&block.shape, axis, |start| {
                    let sum: i64 = (0..block.shape[axis]).map(|k| residuals.block(block)[start + k * stride]).sum();
                    assert_eq!(sum, 0);
                });
            }
        }
    }
}

#[test]
fn people_of_another_workload_are_refused() {
    let plan = Plan::new(&workload(&[2, 3], &[&[0, 1]]), Objective::TotalVariance, 0.1).expect("small");
    let other = workload(&[3, 2], &[&[0, 1]]);
    let persons = PersonTable::new(&other, vec![vec![2], vec![1]]).expect("fits its own");
    assert_eq!(Exact::tabulate(&plan, persons).err(), Some(PersonTableError::OtherWorkload));
}

#[test]
fn the_largest_integers_fit() {
    // The widest domain three times, everybody in one cell, as many people as may be: the largest
    // entry that can occur is persons · ∏ (nᵢ − 1), checked here without making 2^32 people.
    let shape = [250, 250, 250];
    let persons = i64::try_from(crate::closure::MAX_PERSONS).expect("2^32");
    let mut values = vec![0; 250 * 250 * 250];
    values[0] = persons;
    transform(&mut values, &shape);
    assert_eq!(values[0], persons * 249 * 249 * 249);
    assert_eq!(values[1], -persons * 249 * 249);
}
