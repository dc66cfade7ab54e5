use super::*;
use crate::fixture::Stream;
use crate::layout::project;

/// A sum of twelve uniform numbers, less six: near enough to normal.
fn normal(stream: &mut Stream) -> f64 {
    (0..12).map(|_| stream.next()).sum::<f64>() - 6.0
}

/// Blocks of four by three cells with 100 people in each; `signal` of a block's deviation, noise of
/// standard deviation 10.
fn blocks(count: usize, signal: impl Fn(usize) -> f64, seed: u64) -> (Vec<Candidates>, Vec<Vec<f64>>) {
    let mut stream = Stream::new(seed);
    (0..count)
        .map(|position| {
            let mut draw = |scale: f64| -> Vec<f64> {
                let mut values: Vec<f64> = (0..12).map(|_| scale * normal(&mut stream)).collect();
                project(&mut values, &[4, 3]);
                values
            };
            let (truth, noise) = (draw(signal(position)), draw(10.0));
            let difference = truth.iter().zip(&noise).map(|(t, n)| t + n).collect();
            let guess = Guess { table: vec![100.0; 12], difference };
            let block = Candidates { dimension: 6.0, variance: 100.0, average: 100.0, guesses: vec![guess] };
            (block, truth.iter().map(|t| t + 100.0).collect())
        })
        .unzip()
}

fn estimates(blocks: &[Candidates]) -> Vec<Vec<f64>> {
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
        let difference =
            block.guesses[0].difference.iter().zip(truth).map(|(d, t)| d - (t - 100.0)).collect();
        block.guesses.push(Guess { table: known, difference });
    }
    let error = mean_square(&estimates(&two), &truths);
    assert!(error < 2.0, "{error}");
}

#[test]
fn nobody_at_all_is_no_trouble() {
    let guess = Guess { table: vec![0.0; 12], difference: vec![0.0; 12] };
    let block = Candidates { dimension: 6.0, variance: 1.0, average: 0.0, guesses: vec![guess] };
    assert_eq!(estimates(&[block])[0], vec![0.0; 12]);
}
