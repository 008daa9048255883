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
