use std::sync::LazyLock;

use super::*;
use crate::fixture::Stream;
use crate::layout::project;

/// A sum of twelve uniform numbers, less six: near enough to normal.
fn normal(stream: &mut Stream) -> f64 {
    (0..12).map(|_| stream.next()).sum::<f64>() - 6.0
}

/// Four levels and three, of which nothing is known.
static AXES: LazyLock<[Axis; 2]> = LazyLock::new(|| [Axis::new(&[0.25; 4]), Axis::new(&[1.0 / 3.0; 3])]);

/// A block with 100 people in an average cell and noise of variance 100.
fn block(axes: &'static [Axis; 2], guesses: Vec<Guess>) -> Candidates<'static> {
    let axes: Vec<&Axis> = axes.iter().collect();
    let chance = chance::spreads(&axes).into_iter().map(|spread| 1200.0 * spread).collect();
    Candidates { axes, noise: 100.0, average: 100.0, chance, guesses }
}

/// Blocks of four by three cells with 100 people in each; `signal` of a block's deviation, noise of
/// standard deviation 10.
fn blocks(
    count: usize,
    signal: impl Fn(usize) -> f64,
    seed: u64,
) -> (Vec<Candidates<'static>>, Vec<Vec<f64>>) {
    let mut stream = Stream::new(seed);
    (0..count)
        .map(|position| {
            let mut draw = |scale: f64| -> Vec<f64> {
                let mut values: Vec<f64> = (0..12).map(|_| scale * normal(&mut stream)).collect();
                project(&mut values, &[4, 3]);
                values
            };
            let (truth, noise) = (draw(signal(position)), draw(10.0));
            let answer: Vec<f64> = truth.iter().zip(&noise).map(|(t, n)| t + n).collect();
            let block = block(&AXES, vec![guess(vec![100.0; 12], &answer)]);
            (block, truth.iter().map(|t| t + 100.0).collect())
        })
        .unzip()
}

/// A guess that is `difference` off what was seen.
fn guess(table: Vec<f64>, difference: &[f64]) -> Guess {
    let axes: Vec<&Axis> = AXES.iter().collect();
    Guess { table, difference: chance::coordinates(difference, &axes) }
}

fn estimates(blocks: &[Candidates<'_>]) -> Vec<Vec<f64>> {
    let shrinkage = Shrinkage::learn(&blocks.iter().collect::<Vec<_>>(), blocks[0].guesses.len());
    blocks.iter().map(|block| shrinkage.estimate(block)).collect()
}

fn mean_square(estimates: &[Vec<f64>], truths: &[Vec<f64>]) -> f64 {
    let squares = estimates.iter().flatten().zip(truths.iter().flatten()).map(|(e, t)| (e - t).powi(2));
    squares.sum::<f64>() / (12 * truths.len()) as f64
}

#[test]
fn noise_is_shrunk_away_and_signal_is_kept() {
    let (noise, truths) = blocks(300, |_| 0.0, 1);
    assert!(mean_square(&estimates(&noise), &truths) < 1.0, "of 50 that the noise alone has");
    // Three in a thousand cells would be below zero.
    let (clear, truths) = blocks(300, |_| 50.0, 2);
    let error = mean_square(&estimates(&clear), &truths);
    assert!((43.0..53.0).contains(&error), "the noise's 50, less one part in 26: {error}");
}

/// Where one block in ten has a signal, those are told from the others by what all have in common.
#[test]
fn few_signals_are_told_from_much_noise() {
    let (few, truths) = blocks(300, |position| if position % 10 == 0 { 60.0 } else { 0.0 }, 3);
    let error = mean_square(&estimates(&few), &truths);
    // The best that a shrinkage alike for all blocks could do is 44; leaving all nine tenths at
    // the guess and the tenth as it is gives 5.
    assert!(error < 8.0, "{error}");
}

#[test]
fn the_guess_that_is_right_is_learned() {
    let (mut two, truths) = blocks(200, |_| 40.0, 4);
    for (block, truth) in two.iter_mut().zip(&truths) {
        let known: Vec<f64> = truth.iter().map(|t| t.max(0.0)).collect();
        let seen = chance::residual(&block.guesses[0].difference, &block.axes);
        let difference: Vec<f64> = seen.iter().zip(truth).map(|(d, t)| d - (t - 100.0)).collect();
        block.guesses.push(guess(known, &difference));
    }
    let error = mean_square(&estimates(&two), &truths);
    assert!(error < 2.0, "{error}");
}

/// Of people who are drawn independently, from margins of which some levels are rare, chance is told from noise
/// coordinate by coordinate: the error is what is left when both variances are known.
#[test]
fn what_chance_gives_is_kept_by_how_much_it_gives() {
    static RARE: LazyLock<[Axis; 2]> =
        LazyLock::new(|| [Axis::new(&[0.9, 0.05, 0.03, 0.02]), Axis::new(&[0.5, 0.4, 0.1])]);
    let mut stream = Stream::new(5);
    let (mut seen, mut truths, mut known) = (Vec::new(), Vec::new(), 0.0);
    for _ in 0..400 {
        let mut block = block(&RARE, Vec::new());
        let truth: Vec<f64> = block.chance.iter().map(|c| c.sqrt() * normal(&mut stream)).collect();
        let difference = truth.iter().map(|t| t + 10.0 * normal(&mut stream)).collect();
        known += block.chance.iter().map(|c| c * block.noise / (c + block.noise)).sum::<f64>();
        // So many people in every cell that none could fall below zero.
        truths.push(chance::residual(&truth, &block.axes).iter().map(|t| t + 1000.0).collect());
        block.guesses.push(Guess { table: vec![1000.0; 12], difference });
        seen.push(block);
    }
    let error = mean_square(&estimates(&seen), &truths) / (known / 4800.0);
    // A mean of 2,400 squares, most of them small: its standard deviation is about .05.
    assert!((0.8..1.2).contains(&error), "{error}");
}

#[test]
fn nobody_at_all_is_no_trouble() {
    let mut block = block(&AXES, vec![guess(vec![0.0; 12], &[0.0; 12])]);
    block.average = 0.0;
    block.chance = vec![0.0; 6];
    assert_eq!(estimates(&[block])[0], vec![0.0; 12]);
}
