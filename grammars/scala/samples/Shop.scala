package org.example

import scala.collection.mutable
// <- @import scala.collection:mutable
import scala.util.{Try, Failure => Broken}
//                 ^ @import scala.util:Try
//                      ^ @import scala.util:Failure as Broken
import java.io._
// <- @import java.io:*

val limit = 10
//  ^ @definition.variable

/** Sells. */
case class Shop[T <: Item](items: List[T]) extends Base[T](items) with Named {
//         ^ @definition.class
//                   ^ @reference.type in Shop
//                                ^ @reference.type in Shop
//                                     ^ @reference.type in Shop
//                                                 ^ @reference.class in Shop
//                                                      ^ @reference.type in Shop
//                                                                     ^ @reference.type in Shop
  type Key = String
//     ^ @definition.type in Shop
//           ^ @reference.type in Shop
  private val cache = new HashMap[Key, T]()
//            ^ @definition.property in Shop
//                        ^ @reference.type in Shop
//                                ^ @reference.type in Shop
//                                     ^ @reference.type in Shop
  var open: Boolean = true
//    ^ @definition.property in Shop
//          ^ @reference.type in Shop

  def sell(item: T): Price = {
//    ^ @definition.method in Shop
//               ^ @reference.type in Shop.sell
//                   ^ @reference.type in Shop.sell
    def local(x: Int) = x
//      ^ @definition.function in Shop.sell
//               ^ @reference.type in Shop.sell.local
    compute(item).round(2)
//  ^ @reference.call in Shop.sell
//                ^ @reference.call in Shop.sell
  }
}

object Shop {
//     ^ @definition.class
  def apply(): Shop[Nothing] = new Shop(Nil)
//    ^ @definition.method in Shop
//             ^ @reference.type in Shop.apply
//                  ^ @reference.type in Shop.apply
//                                 ^ @reference.class in Shop.apply
}

trait Named {
//    ^ @definition.trait
  def name: String
//    ^ @definition.method in Named
//          ^ @reference.type in Named
  def greet(): Unit = println(name)
//    ^ @definition.method in Named
//             ^ @reference.type in Named.greet
//                    ^ @reference.call in Named.greet
}

enum Suit {
//   ^ @definition.enum
  case Hearts, Spades
//     ^ @definition.constant in Suit
//             ^ @definition.constant in Suit
  case Other(rank: Int)
//     ^ @definition.constant in Suit
//                 ^ @reference.type in Suit
}

given ordering: Ordering[Price] with {
//    ^ @definition.variable
//              ^ @reference.type in ordering
//                       ^ @reference.type in ordering
  def compare(a: Price, b: Price): Int = 0
//    ^ @definition.function in ordering
//               ^ @reference.type in ordering.compare
//                         ^ @reference.type in ordering.compare
//                                 ^ @reference.type in ordering.compare
}

extension (text: String)
//               ^ @reference.type
  def shout: String = text.toUpperCase()
//    ^ @definition.function
//           ^ @reference.type in shout
//                         ^ @reference.call in shout
