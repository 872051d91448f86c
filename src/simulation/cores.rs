//! Work spread over the cores of the machine. Results come in the order of the items, so the number of cores changes nothing.

/// Does the work for every item.
pub(crate) fn on_every_core<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = cores().min(items.len()).max(1);
    let each = items.len().div_ceil(cores).max(1);
    let mut items = items.into_iter();
    let own: Vec<T> = items.by_ref().take(each).collect();
    let shares: Vec<Vec<T>> = (1..cores).map(|_| items.by_ref().take(each).collect()).collect();
    std::thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = shares
            .into_iter()
            .map(|share| scope.spawn(move || share.into_iter().map(work).collect::<Vec<R>>()))
            .collect();
        let mut done: Vec<R> = own.into_iter().map(work).collect();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(broken) => std::panic::resume_unwind(broken),
            }
        }
        done
    })
}

/// How many cores there are to work with.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        for count in [0_u32, 1, 2, 3, 1000] {
            let doubled: Vec<u32> = (0..count).map(|n| n * 2).collect();
            assert_eq!(on_every_core((0..count).collect(), |n| n * 2), doubled);
        }
    }
}
