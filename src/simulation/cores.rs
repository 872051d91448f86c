//! Work spread over the cores of the machine. Results are put in the order of the items, so the number of cores changes
//! nothing. No thread outlives the call, and a panic in one of them goes on in the caller.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{channel, sync_channel};
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

/// Pieces of work that come one after the other, and whose results are wanted in that order.
pub(crate) trait InOrder {
    /// A piece of work.
    type Piece: Send;
    /// What it brings.
    type Done: Send;
    /// Why everything ends.
    type Error;

    /// The next piece; none: there are no more.
    fn next(&mut self) -> Result<Option<Self::Piece>, Self::Error>;

    /// Takes in what a piece has brought.
    fn take(&mut self, done: Self::Done) -> Result<(), Self::Error>;
}

/// Works on several pieces at once while the caller's thread fetches the next and takes in the last. Each core has a
/// worker of its own, told its number, that it keeps from piece to piece.
pub(crate) fn in_order<I: InOrder, W>(
    pieces: &mut I,
    worker: impl Fn(usize) -> W + Sync,
    work: impl Fn(&mut W, I::Piece) -> I::Done + Sync,
) -> Result<(), I::Error> {
    let most_under_way = 2 * cores();
    let (give, given) = sync_channel::<(usize, I::Piece)>(most_under_way);
    let given = Mutex::new(given);
    let (tell, told) = channel();
    std::thread::scope(|scope| {
        // However this is left, that no piece can come any more ends the workers.
        let give = give;
        for number in 0..cores() {
            let (given, tell, worker, work) = (&given, tell.clone(), &worker, &work);
            scope.spawn(move || {
                let mut worker = worker(number);
                let next = || given.lock().unwrap_or_else(PoisonError::into_inner).recv();
                while let Ok((at, piece)) = next() {
                    if tell.send((at, work(&mut worker, piece))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tell);
        let (mut begun, mut taken, mut more) = (0, 0, true);
        let mut waiting = BTreeMap::new();
        while more || taken < begun {
            if more && begun - taken < most_under_way {
                let piece = pieces.next()?;
                more = piece.is_some_and(|piece| give.send((begun, piece)).is_ok());
                begun += usize::from(more);
                waiting.extend(told.try_iter());
            } else {
                let Ok((at, done)) = told.recv() else { break };
                waiting.insert(at, done);
            }
            while let Some(done) = waiting.remove(&taken) {
                pieces.take(done)?;
                taken += 1;
            }
        }
        Ok(())
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

    /// Numbers up to a bound, taken in one after the other; the one that is refused ends everything.
    struct Numbers {
        next: usize,
        end: usize,
        refused: Option<usize>,
        taken: Vec<usize>,
    }

    impl InOrder for Numbers {
        type Piece = usize;
        type Done = usize;
        type Error = usize;

        fn next(&mut self) -> Result<Option<usize>, usize> {
            self.next += 1;
            Ok(Some(self.next - 1).filter(|number| *number < self.end))
        }

        fn take(&mut self, done: usize) -> Result<(), usize> {
            self.taken.push(done);
            if self.refused == Some(done) { Err(done) } else { Ok(()) }
        }
    }

    #[test]
    fn results_are_taken_in_the_order_of_the_pieces() {
        for (end, refused) in
            [(0, None), (1, None), (2, None), (1000, None), (1000, Some(0)), (1000, Some(500))]
        {
            let mut numbers = Numbers { next: 0, end, refused, taken: Vec::new() };
            let slow = |seen: &mut usize, number: usize| {
                *seen += 1;
                if (number + *seen).is_multiple_of(7) {
                    std::thread::yield_now();
                }
                number
            };
            let ended = in_order(&mut numbers, |_| 0, slow);
            assert_eq!(ended.err(), refused);
            let last = refused.map_or(end, |refused| refused + 1);
            assert_eq!(numbers.taken, (0..last).collect::<Vec<_>>());
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
