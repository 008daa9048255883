//! What is being rendered on a thread is known to that thread, and left there while it waits. Without this layer a request that
//! the same thread takes up meanwhile would count as a part of it: a file of the build took the headers of the page, its policy
//! with them, and the page was sent without.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use leptos::prelude::Owner;

/// Keeps what a request renders with that request, whichever thread goes on with it.
pub async fn apart(request: Request, next: Next) -> Response {
    Apart {
        answer: Box::pin(next.run(request)),
        own: None,
    }
    .await
}

struct Apart<F> {
    answer: Pin<Box<F>>,
    /// What the request was rendering when it was left.
    own: Option<Owner>,
}

impl<F: Future> Future for Apart<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let before = Owner::current();
        change(before.as_ref(), self.own.as_ref());
        let answer = self.answer.as_mut().poll(context);
        self.own = Owner::current();
        change(self.own.as_ref(), before.as_ref());
        answer
    }
}

/// Has the thread render `to` instead of `from`.
fn change(from: Option<&Owner>, to: Option<&Owner>) {
    match (from, to) {
        (_, Some(to)) => to.set(),
        (Some(from), None) => from.clone().unset(),
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use futures::future::{LocalBoxFuture, poll_fn};
    use leptos::prelude::{provide_context, use_context};

    use super::*;

    /// A page that waits once. Answers what it finds of its own afterwards.
    async fn page() -> Option<&'static str> {
        // A thread knows its owner only as long as somebody else holds it.
        let owner = Owner::new();
        owner.set();
        provide_context("a page");
        let mut waited = false;
        poll_fn(|_| {
            if std::mem::replace(&mut waited, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        let found = use_context();
        drop(owner);
        found
    }

    /// What a file that is answered while a page waits finds of it, and what the page then finds of its own.
    fn meanwhile(
        layer: fn(
            LocalBoxFuture<'static, Option<&'static str>>,
        ) -> LocalBoxFuture<'static, Option<&'static str>>,
    ) -> (Option<&'static str>, Option<&'static str>) {
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut page = layer(Box::pin(page()));
        assert!(page.as_mut().poll(&mut context).is_pending());
        let mut file = layer(Box::pin(async { use_context() }));
        let Poll::Ready(file) = file.as_mut().poll(&mut context) else {
            panic!("a file waits for nothing");
        };
        let Poll::Ready(page) = page.as_mut().poll(&mut context) else {
            panic!("it waits once");
        };
        (file, page)
    }

    #[test]
    fn what_a_page_leaves_on_its_thread_is_met_only_without_the_layer() {
        // A thread each: what is left there stays.
        let bare = thread::spawn(|| meanwhile(|answer| answer)).join();
        assert_eq!(bare.unwrap(), (Some("a page"), Some("a page")));
        let apart = |answer| -> LocalBoxFuture<'static, _> {
            Box::pin(Apart {
                answer: Box::pin(answer),
                own: None,
            })
        };
        let kept = thread::spawn(move || (meanwhile(apart), Owner::current().is_none())).join();
        assert_eq!(kept.unwrap(), ((None, Some("a page")), true));
    }
}
