//! A crate with awkward items.
#![allow(dead_code)]

use std::collections::HashMap;
use std::fmt;

pub const LIMIT: usize = 10;

#[derive(Debug, Clone)]
// about the derive
#[allow(clippy::all)]
pub struct Store<'a, T: Clone> {
    pub name: &'a str,
    items: HashMap<String, T>,
}

#[derive(Debug)]
pub enum StoreError {
    Full(usize),
    Missing { key: String },
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self)
    }
}

/// A keeper of things. It stays.
pub trait Keeper<T> {
    type Output;
    fn keep(&mut self, key: &str, item: T) -> Result<Self::Output, StoreError>;
    fn count(&self) -> usize {
        0
    }
}

impl<'a, T: Clone> Store<'a, T> {
    #[must_use]
    pub fn new(name: &'a str) -> Self {
        Store { name, items: HashMap::new() }
    }

    pub fn get_or<'b>(
        &'b self,
        key: &str,
        fallback: Option<&'b T>,
    ) -> Option<&'b T> {
        self.items.get(key).or(fallback)
    }

    pub fn first(&self) -> T {
        assert!(!self.items.is_empty());
        self.items.values().next().unwrap().clone()
    }

    fn hidden(&self, (low, high): (i32, i32)) -> i32 {
        let text = r#"/// not a doc "comment" "#;
        low + high + text.len() as i32
    }
}

impl<'a, T: Clone> Keeper<T> for Store<'a, T> {
    type Output = usize;

    fn keep(&mut self, key: &str, item: T) -> Result<Self::Output, StoreError> {
        if self.items.len() >= LIMIT {
            return Err(StoreError::Full(LIMIT));
        }
        self.items.insert(key.to_string(), item);
        Ok(self.items.len())
    }
}

pub fn map_all<A, B, F>(items: Vec<A>, mut each: F) -> Vec<B>
where
    F: FnMut(A) -> B,
{
    items.into_iter().map(|item| each(item)).collect()
}

pub async unsafe fn read_raw(pointer: *const u8, length: usize) -> Vec<u8> {
    if length == 0 {
        panic!("empty");
    }
    unsafe { std::slice::from_raw_parts(pointer, length).to_vec() }
}

pub mod shapes {
    pub type Side = f64;

    pub fn square(side: Side) -> f64 {
        fn inner(value: f64) -> f64 {
            value * value
        }
        inner(side)
    }
}

#[macro_export]
macro_rules! twice {
    ($value:expr) => {
        $value + $value
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn squares() {
        assert_eq!(super::shapes::square(2.0), 4.0);
    }
}
