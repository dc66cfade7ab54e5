//! How far people drawn at random would stray from a table: what chance alone puts into a residual.
//!
//! If n people answer independently, with shares pᵢ of an attribute's levels, the residual over a set
//! A given all margins below has the covariance n · ⊗_{i∈A} (diag(pᵢ) − pᵢpᵢᵀ). Its eigenvectors are
//! products of each attribute's own, so that a residual of any size is turned into independent
//! coordinates axis by axis.
//!
//! # Privacy
//! Looks at noisy answers alone: post-processing.

use crate::layout::for_each_lane;

/// Sweeps of rotations; a matrix of a few hundred rows needs fewer than ten.
const SWEEPS: usize = 30;

/// The squares off the diagonal may be this part of those on it.
const NOTHING: f64 = 1e-24;

/// An attribute's own part.
pub(crate) struct Axis {
    levels: usize,
    /// Orthonormal directions without a sum, n − 1 of them, level by level.
    directions: Vec<f64>,
    /// Variance along each of them that one person's answer has.
    spreads: Vec<f64>,
}

impl Axis {
    /// The directions in which answers of these shares (they add up to one) vary independently.
    pub(crate) fn new(shares: &[f64]) -> Self {
        let n = shares.len();
        let helmert = helmert(n);
        let m = n - 1;
        // Hᵀ (diag(p) − p pᵀ) H
        let along: Vec<f64> = (0..m).map(|c| (0..n).map(|l| shares[l] * helmert[l * m + c]).sum()).collect();
        let mut matrix = vec![0.0; m * m];
        for a in 0..m {
            for b in 0..m {
                let sum: f64 = (0..n).map(|l| shares[l] * helmert[l * m + a] * helmert[l * m + b]).sum();
                matrix[a * m + b] = sum - along[a] * along[b];
            }
        }
        let rotation = diagonalise(&mut matrix, m);
        let mut directions = vec![0.0; n * m];
        for l in 0..n {
            for c in 0..m {
                directions[l * m + c] = (0..m).map(|k| helmert[l * m + k] * rotation[k * m + c]).sum();
            }
        }
        let spreads = (0..m).map(|c| matrix[c * m + c].max(0.0)).collect();
        Self { levels: n, directions, spreads }
    }
}

/// Products of the axes' spreads: the variance, for one person, of every coordinate.
pub(crate) fn spreads(axes: &[&Axis]) -> Vec<f64> {
    axes.iter().fold(vec![1.0], |all, axis| {
        all.iter().flat_map(|a| axis.spreads.iter().map(move |s| a * s)).collect()
    })
}

/// The coordinates of a residual.
pub(crate) fn coordinates(residual: &[f64], axes: &[&Axis]) -> Vec<f64> {
    walk(residual, axes, false, |d| d)
}

/// The residual of coordinates.
pub(crate) fn residual(coordinates: &[f64], axes: &[&Axis]) -> Vec<f64> {
    walk(coordinates, axes, true, |d| d)
}

/// The variance of every cell of a residual from those of independent coordinates.
pub(crate) fn variances(coordinates: &[f64], axes: &[&Axis]) -> Vec<f64> {
    walk(coordinates, axes, true, |d| d * d)
}

/// Multiplies by each axis's directions: coordinates to cells, or back.
fn walk(values: &[f64], axes: &[&Axis], to_cells: bool, entry: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut values = values.to_vec();
    let mut shape: Vec<usize> =
        axes.iter().map(|axis| if to_cells { axis.levels - 1 } else { axis.levels }).collect();
    for (at, axis) in axes.iter().enumerate() {
        let (from, to) = (shape[at], if to_cells { axis.levels } else { axis.levels - 1 });
        let columns = axis.levels - 1;
        let stride: usize = shape[at + 1..].iter().product();
        let mut next = vec![0.0; values.len() / from * to];
        let mut lane = vec![0.0; from];
        for_each_lane(&shape, at, |start| {
            for (k, value) in lane.iter_mut().enumerate() {
                *value = values[start + k * stride];
            }
            let (outer, inner) = (start / (from * stride), start % stride);
            for k in 0..to {
                let sum: f64 = lane
                    .iter()
                    .enumerate()
                    .map(|(j, value)| {
                        let (level, column) = if to_cells { (k, j) } else { (j, k) };
                        entry(axis.directions[level * columns + column]) * value
                    })
                    .sum();
                next[(outer * to + k) * stride + inner] = sum;
            }
        });
        shape[at] = to;
        values = next;
    }
    values
}

/// Orthonormal columns without a sum: column c is even over the first c + 1 levels against the next.
fn helmert(n: usize) -> Vec<f64> {
    let m = n - 1;
    let mut columns = vec![0.0; n * m];
    for c in 0..m {
        let scale = (((c + 1) * (c + 2)) as f64).sqrt();
        for level in 0..=c {
            columns[level * m + c] = 1.0 / scale;
        }
        columns[(c + 1) * m + c] = -((c + 1) as f64) / scale;
    }
    columns
}

/// Turns a symmetric matrix into a diagonal one; answers the rotation, whose columns are its
/// eigenvectors.
///
/// # Source
/// Jacobi 1846; Golub and Van Loan, Matrix Computations, 8.5.
fn diagonalise(matrix: &mut [f64], n: usize) -> Vec<f64> {
    let mut rotation = vec![0.0; n * n];
    (0..n).for_each(|i| rotation[i * n + i] = 1.0);
    for _ in 0..SWEEPS {
        let squares = |diagonal: bool| -> f64 {
            (0..n * n).filter(|at| (at / n == at % n) == diagonal).map(|at| matrix[at] * matrix[at]).sum()
        };
        if squares(false) <= NOTHING * squares(true) {
            break;
        }
        for low in 0..n {
            for high in low + 1..n {
                let between = matrix[low * n + high];
                if between == 0.0 {
                    continue;
                }
                let slant = (matrix[high * n + high] - matrix[low * n + low]) / (2.0 * between);
                let sign = if slant < 0.0 { -1.0 } else { 1.0 };
                let tangent = sign / (slant.abs() + (slant * slant + 1.0).sqrt());
                let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
                let turn = (cosine, tangent * cosine);
                for k in 0..n {
                    rotate(matrix, k * n + low, k * n + high, turn);
                }
                for k in 0..n {
                    rotate(matrix, low * n + k, high * n + k, turn);
                    rotate(&mut rotation, k * n + low, k * n + high, turn);
                }
            }
        }
    }
    rotation
}

/// Turns two entries into each other by an angle of which cosine and sine are given.
fn rotate(values: &mut [f64], first: usize, second: usize, (cosine, sine): (f64, f64)) {
    let (one, other) = (values[first], values[second]);
    values[first] = cosine * one - sine * other;
    values[second] = sine * one + cosine * other;
}

#[cfg(test)]
#[path = "chance_tests.rs"]
mod tests;
