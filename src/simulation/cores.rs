//! Work spread over the cores of the machine. Results are put in the order of the items, so the number of cores changes
//! nothing. No thread outlives the call, and a panic in one of them goes on in the caller.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Gives out the numbers of pieces of work, each once, until there are no more.
pub type Take<'a> = &'a (dyn Fn() -> Option<usize> + Sync);

/// Shares out so many pieces of work among the cores: whoever is free takes the next. The caller's thread does its part
/// with `own`, the others with `work`. What they bring comes in no order.
pub fn share_out<R: Send>(
    pieces: usize,
    work: impl Fn(Take<'_>) -> Vec<R> + Sync,
    own: impl FnOnce(Take<'_>) -> Vec<R>,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < pieces);
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores().min(pieces)).map(|_| scope.spawn(|| work(&take))).collect();
        let mut done = own(&take);
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(broken) => std::panic::resume_unwind(broken),
            }
        }
        done
    })
}

/// Does the work for every item, in the order of the items.
pub(crate) fn on_every_core<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let count = items.len();
    let items = Mutex::new(items.into_iter().enumerate());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let some = |_: Take<'_>| -> Vec<(usize, R)> {
        std::iter::from_fn(next).map(|(number, item)| (number, work(item))).collect()
    };
    let mut done = share_out(count, some, some);
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
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

    #[test]
    fn each_piece_is_taken_once() {
        let all = |take: Take<'_>| std::iter::from_fn(take).collect::<Vec<usize>>();
        for pieces in [0, 1, 2, 500] {
            let mut taken = share_out(pieces, all, all);
            taken.sort_unstable();
            assert_eq!(taken, (0..pieces).collect::<Vec<_>>());
        }
    }
}
