import type { Options } from "./options";
// <- @import ./options:Options
import config = require("./config");
// <- @import ./config as config

@Component({ selector: "app" })
 // <- @reference.call
export class Store<T extends object> extends Base<T> implements Readable, Writable<T> {
//           ^ @definition.class
//                 ^ @reference.type in Store
//                                           ^ @reference.class in Store
//                                                ^ @reference.type in Store
//                                                              ^ @reference.implementation in Store
//                                                                        ^ @reference.implementation in Store
//                                                                                 ^ @reference.type in Store
  private items: Map<string, T> = new Map();
//        ^ @definition.field in Store
//               ^ @reference.type in Store
//                           ^ @reference.type in Store
//                                    ^ @reference.class in Store
  handler = (event: Event): void => this.emit(event);
//^ @definition.method in Store
//                  ^ @reference.type in Store.handler
//                                       ^ @reference.call in Store.handler

  constructor(private readonly options: Options) {
//^ @definition.method in Store
//                                      ^ @reference.type in Store.constructor
    super();
  }

  @Memo()
// ^ @reference.call in Store
  async load<K>(key: K): Promise<T> {
//      ^ @definition.method in Store
//           ^ @reference.type in Store.load
//                   ^ @reference.type in Store.load
//                       ^ @reference.type in Store.load
//                               ^ @reference.type in Store.load
    return await fetchOne<T>(key);
//               ^ @reference.call in Store.load
//                        ^ @reference.type in Store.load
  }
}

export abstract class Shape {
//                    ^ @definition.class
  abstract area(): number;
//         ^ @definition.method in Shape
}

export interface Readable {
//               ^ @definition.interface
  readonly name: string;
//         ^ @definition.property in Readable
  read(size?: number): Buffer;
//^ @definition.method in Readable
//                     ^ @reference.type in Readable
}

export type Result<T> = Success<T> | Failure;
//          ^ @definition.type
//                 ^ @reference.type
//                      ^ @reference.type
//                              ^ @reference.type
//                                   ^ @reference.type

export enum Color {
//          ^ @definition.enum
  Red,
//^ @definition.constant in Color
  Green = "green",
//^ @definition.constant in Color
}

declare module "plain" {
//             ^ @definition.namespace
  function declared(x: number): void;
//         ^ @definition.function in plain
}

namespace Tools.Deep {
//        ^ @definition.namespace
  export const version = 1;
  export function helper(): void {}
//                ^ @definition.function in Tools.Deep
}

function overloaded(a: string): void;
//       ^ @definition.function
function overloaded(a: unknown): void {
//       ^ @definition.function
  check(a);
//^ @reference.call in overloaded
}

export const pick = <T,>(list: T[], at: number): T => list[at];
//           ^ @definition.function
//                   ^ @reference.type in pick
//                             ^ @reference.type in pick
//                                               ^ @reference.type in pick
