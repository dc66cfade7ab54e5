//! How the cells of a marginal lie in memory: row-major, and what follows from that.

/// Distance in memory between neighbours along each axis of a row-major array.
pub(crate) fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    strides
}

/// For each dimension of an outer array, the stride of an inner array over `inner` (sizes
/// `inner_shape`); 0 where the inner array does not have the dimension.
pub(crate) fn strides_within(outer: &[usize], inner: &[usize], inner_shape: &[usize]) -> Vec<usize> {
    let inner_strides = strides(inner_shape);
    outer
        .iter()
        .map(|attribute| inner.iter().position(|a| a == attribute).map_or(0, |axis| inner_strides[axis]))
        .collect()
}

/// Walks the cells of a row-major array of `shape` in order and calls `visit` with the position of
/// each and the position that `strides` gives it in another array.
pub(crate) fn for_each_cell(shape: &[usize], strides: &[usize], mut visit: impl FnMut(usize, usize)) {
    let cells: usize = shape.iter().product();
    let mut index = vec![0_usize; shape.len()];
    let mut other = 0;
    for cell in 0..cells {
        visit(cell, other);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            other += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            other -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
}

/// Calls `visit` with the first position of every lane along `axis`; a lane's cells are
/// `shape[axis]` positions at distance `strides(shape)[axis]`.
pub(crate) fn for_each_lane(shape: &[usize], axis: usize, mut visit: impl FnMut(usize)) {
    let stride: usize = shape[axis + 1..].iter().product();
    let block = stride * shape[axis];
    let cells: usize = shape.iter().product();
    for start in (0..cells).step_by(block) {
        for inner in 0..stride {
            visit(start + inner);
        }
    }
}

/// Projects an array onto its residual subspace: subtracts the mean along each axis.
pub(crate) fn project(values: &mut [f64], shape: &[usize]) {
    let strides = strides(shape);
    for axis in 0..shape.len() {
        let (n, stride) = (shape[axis], strides[axis]);
        for_each_lane(shape, axis, |start| {
            let mean = (0..n).map(|k| values[start + k * stride]).sum::<f64>() / n as f64;
            (0..n).for_each(|k| values[start + k * stride] -= mean);
        });
    }
}

/// The codes of a cell, from its row-major position.
pub(crate) fn codes(mut cell: usize, shape: &[usize]) -> Vec<u8> {
    let mut codes = vec![0; shape.len()];
    for axis in (0..shape.len()).rev() {
        codes[axis] = (cell % shape[axis]) as u8;
        cell /= shape[axis];
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_another_layout() {
        // The transpose of a 2 x 3 array.
        let within = strides_within(&[7, 5], &[5, 7], &[3, 2]);
        assert_eq!(within, [1, 2]);
        let mut seen = Vec::new();
        for_each_cell(&[2, 3], &within, |cell, other| seen.push((cell, other)));
        assert_eq!(seen, [(0, 0), (1, 2), (2, 4), (3, 1), (4, 3), (5, 5)]);
        let mut total = Vec::new();
        for_each_cell(&[], &[], |cell, other| total.push((cell, other)));
        assert_eq!(total, [(0, 0)]);
    }

    #[test]
    fn a_projection_has_no_margins() {
        let shape = [2, 3, 4];
        let mut values: Vec<f64> = (0..24).map(|i| f64::from(i * i % 17)).collect();
        project(&mut values, &shape);
        for axis in 0..3 {
            let stride = strides(&shape)[axis];
            for_each_lane(&shape, axis, |start| {
                let sum: f64 = (0..shape[axis]).map(|k| values[start + k * stride]).sum();
                assert!(sum.abs() < 1e-12);
            });
        }
    }

    #[test]
    fn codes_undo_positions() {
        assert_eq!(codes(23, &[2, 3, 4]), [1, 2, 3]);
        assert_eq!(codes(4, &[2, 3, 4]), [0, 1, 0]);
        assert_eq!(codes(0, &[]), [0_u8; 0]);
    }
}
