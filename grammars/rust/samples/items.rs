use std::{
    fmt,
//  ^ @import std:fmt
    io::{self, Read as Reader},
//       ^ @import std:io
//             ^ @import std::io:Read as Reader
    collections::*,
//  ^ @import std::collections:*
};
pub use crate::model::Node;
// <- @import crate::model:Node
extern crate serde as ser;
// <- @import serde as ser

const LIMIT: usize = 10;
//    ^ @definition.constant

/// A stack.
#[derive(Debug, Clone)]
pub struct Stack<T> {
//         ^ @definition.struct
//               ^ @reference.type in Stack
    pub items: Vec<T>,
//      ^ @definition.field in Stack
//             ^ @reference.type in Stack
//                 ^ @reference.type in Stack
}

pub enum Shape {
//       ^ @definition.enum
    Round(f64),
//  ^ @definition.constant in Shape
    Square { side: f64 },
//  ^ @definition.constant in Shape
//           ^ @definition.field in Shape
}

pub trait Area: fmt::Debug {
//        ^ @definition.trait
//                   ^ @reference.type in Area
    const UNIT: &'static str;
//        ^ @definition.constant in Area
    fn area(&self) -> f64;
//     ^ @definition.method in Area
    fn twice(&self) -> f64 {
//     ^ @definition.method in Area
        self.area() * 2.0
//           ^ @reference.call in Area.twice
    }
}

impl<T> Area for Stack<T>
//   ^ @reference.type in Stack
//      ^ @reference.implementation in Stack
//               ^ @reference.type
//                     ^ @reference.type in Stack
where
    T: Clone,
//  ^ @reference.type in Stack
//     ^ @reference.type in Stack
{
    fn area(&self) -> f64 {
//     ^ @definition.method in Stack
        helper::<T>(self.items.len());
//      ^ @reference.call in Stack.area
//               ^ @reference.type in Stack.area
//                             ^ @reference.call in Stack.area
        let made = Shape::new(1);
//                        ^ @reference.call in Stack.area
        println!("{}", made);
//      ^ @reference.macro in Stack.area
        0.0
    }
}

impl model::Node {
//          ^ @reference.type
    pub async fn visit(self) -> io::Result<()> {
//               ^ @definition.method in Node
//                                  ^ @reference.type in Node.visit
        Ok(())
//      ^ @reference.call in Node.visit
    }
}

mod inner {
//  ^ @definition.module
    pub type Short = super::Stack<u8>;
//           ^ @definition.type in inner
//                          ^ @reference.type in inner

    pub fn helper() {}
//         ^ @definition.function in inner
}

macro_rules! square {
//           ^ @definition.macro
    ($x:expr) => {
        $x * $x
    };
}

static GLOBAL: i32 = 1;
//     ^ @definition.constant
