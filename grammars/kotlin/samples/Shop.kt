package org.example

import java.util.UUID
// <- @import java.util:UUID
import java.io.File as Source
// <- @import java.io:File as Source
import kotlin.math.*
// <- @import kotlin.math:*

typealias Names = List<String>
//        ^ @definition.type
//                ^ @reference.type
//                     ^ @reference.type

val limit = 10
//  ^ @definition.variable

/** Sells. */
@Service
 // <- @reference.class in Shop
class Shop<T : Item>(val items: List<T>, name: String) : Base(name), Named {
//    ^ @definition.class
//             ^ @reference.type in Shop
//                       ^ @definition.property in Shop
//                              ^ @reference.type in Shop
//                                   ^ @reference.type in Shop
//                                             ^ @reference.type in Shop
//                                                       ^ @reference.class in Shop
//                                                                   ^ @reference.implementation in Shop
    private val cache = HashMap<String, T>()
//              ^ @definition.property in Shop
//                      ^ @reference.call in Shop
//                              ^ @reference.type in Shop
//                                      ^ @reference.type in Shop

    init {
        check(items)
//      ^ @reference.call in Shop
    }

    constructor(item: T) : this(listOf(item)) {
//                    ^ @reference.type in Shop
//                              ^ @reference.call in Shop
        log(item)
//      ^ @reference.call in Shop
    }

    override fun sell(item: T): Price {
//               ^ @definition.method in Shop
//                          ^ @reference.type in Shop.sell
//                              ^ @reference.type in Shop.sell
        fun local(x: Int) = x
//          ^ @definition.function in Shop.sell
//                   ^ @reference.type in Shop.sell.local
        return compute(item).round()
//             ^ @reference.call in Shop.sell
//                           ^ @reference.call in Shop.sell
    }

    companion object {
        fun create() = Shop(emptyList())
//          ^ @definition.method in Shop
//                     ^ @reference.call in Shop.create
//                          ^ @reference.call in Shop.create
    }
}

interface Named {
//        ^ @definition.interface
    fun name(): String
//      ^ @definition.method in Named
//              ^ @reference.type in Named
}

enum class Suit {
//         ^ @definition.enum
    HEARTS, SPADES;
//  ^ @definition.constant in Suit
//          ^ @definition.constant in Suit

    fun red(): Boolean = this == HEARTS
//      ^ @definition.method in Suit
//             ^ @reference.type in Suit.red
}

object Registry {
//     ^ @definition.class
    fun add(shop: Shop<*>) {
//      ^ @definition.method in Registry
//                ^ @reference.type in Registry.add
        shops.add(shop)
//            ^ @reference.call in Registry.add
    }
}

data class Point(val x: Int, val y: Int)
//         ^ @definition.class
//                   ^ @definition.property
//                      ^ @reference.type
//                               ^ @definition.property
//                                  ^ @reference.type

fun <T> List<T>.second(): T = this[1]
//      ^ @reference.type in second
//           ^ @reference.type in second
//              ^ @definition.function
//                        ^ @reference.type in second
