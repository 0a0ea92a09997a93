import React, { useState as state } from "react";
// <- @import react:default as React
// <- @import react:useState as state
import * as path from "node:path";
// <- @import node:path:* as path
import "./side.css";
// <- @import ./side.css
export { one as uno } from "./numbers.js";
// <- @import ./numbers.js:one as uno
export * from "./all.js";
// <- @import ./all.js:*
const fs = require("fs");
//    ^ @definition.variable
//    ^ @import fs as fs
//         ^ @reference.call
const { join, sep: separator } = require("path");
//    ^ @import path:join
//    ^ @import path:sep as separator
//                               ^ @reference.call

/** Adds. */
export function add(a, b = 1) {
//              ^ @definition.function
  return helper(a) + b.value();
//       ^ @reference.call in add
//                     ^ @reference.call in add
}

function* walk(tree) {
//        ^ @definition.function
  yield* tree.children;
}

const arrow = async (x) => {
//    ^ @definition.function
  await fetch(x);
//      ^ @reference.call in arrow
};

export const LIMIT = 10;
//           ^ @definition.variable

class Animal extends Base {
//    ^ @definition.class
//                   ^ @reference.class in Animal
  #secret = 1;
//^ @definition.field in Animal
  static count = 0;
//       ^ @definition.field in Animal
  bound = () => this.speak();
//^ @definition.method in Animal
//                   ^ @reference.call in Animal.bound

  constructor(name) {
//^ @definition.method in Animal
    super(name);
  }

  get size() {
//    ^ @definition.method in Animal
    return new Map();
//             ^ @reference.class in Animal.size
  }
}

const api = {
//    ^ @definition.variable
  get(url) {
//^ @definition.method in api
    return request(url);
//         ^ @reference.call in api.get
  },
  post: function (url) {
//^ @definition.function in api
    return new http.Request(url);
//                  ^ @reference.class in api.post
  },
};

exports.run = function () {
//      ^ @definition.function
  return <Panel title="x"><Row /></Panel>;
//        ^ @reference.class in run
//                         ^ @reference.class in run
};

export default class extends Animal {
//                           ^ @reference.class
  speak() {}
//^ @definition.method
}

describe("math", () => {
// <- @reference.call
  it("adds", () => {
//^ @reference.call in math
    expect(add(1, 2));
//  ^ @reference.call in math.adds
//         ^ @reference.call in math.adds
  });
});
