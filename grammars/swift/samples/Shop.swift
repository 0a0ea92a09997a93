import Foundation
// <- @import Foundation:*
@testable import Shop
// <- @import Shop:*
 // <- @reference.type

typealias Names = [String]
//        ^ @definition.type
//                 ^ @reference.type

let limit = 10
//  ^ @definition.variable

/// Sells.
@MainActor
 // <- @reference.type in Shop
public final class Shop<T: Item>: Base, Named {
//                 ^ @definition.class
//                         ^ @reference.type in Shop
//                                ^ @reference.class in Shop
//                                      ^ @reference.class in Shop
    private var items: [T] = []
//              ^ @definition.property in Shop
//                      ^ @reference.type in Shop
    static let shared = Shop()
//             ^ @definition.property in Shop
//                      ^ @reference.call in Shop

    init(items: [T]) {
//  ^ @definition.method in Shop
//               ^ @reference.type in Shop.init
        self.items = items
        super.init(name: "x")
//            ^ @reference.call in Shop.init
    }

    deinit {
        close()
//      ^ @reference.call in Shop.deinit
    }

    @discardableResult
//   ^ @reference.type in Shop.sell
    func sell(_ item: T) async throws -> Price {
//       ^ @definition.method in Shop
//                    ^ @reference.type in Shop.sell
//                                       ^ @reference.type in Shop.sell
        let price = try await compute(item).rounded()
//                            ^ @reference.call in Shop.sell
//                                          ^ @reference.call in Shop.sell
        return Price(price)
//             ^ @reference.call in Shop.sell
    }

    subscript(index: Int) -> T {
//                   ^ @reference.type in Shop
//                           ^ @reference.type in Shop
        return items[index]
//             ^ @reference.call in Shop
    }
}

struct Price {
//     ^ @definition.struct
    let amount: Decimal
//      ^ @definition.property in Price
//              ^ @reference.type in Price
}

enum Suit: String {
//   ^ @definition.enum
//         ^ @reference.class in Suit
    case hearts, spades
//       ^ @definition.constant in Suit
//               ^ @definition.constant in Suit
    case other(Int)
//       ^ @definition.constant in Suit
//             ^ @reference.type in Suit

    func red() -> Bool { return self == .hearts }
//       ^ @definition.method in Suit
//                ^ @reference.type in Suit.red
}

protocol Named {
//       ^ @definition.interface
    var name: String { get }
//      ^ @definition.property in Named
//            ^ @reference.type in Named
    func rename(to name: String)
//       ^ @definition.method in Named
//                       ^ @reference.type in Named
}

extension Price: Comparable {
//        ^ @reference.type
//               ^ @reference.class in Price
    func half() -> Price { Price(amount) }
//       ^ @definition.method in Price
//                 ^ @reference.type in Price.half
//                         ^ @reference.call in Price.half
}

func topLevel<T>(_ values: [T]) -> Int {
//   ^ @definition.function
//                          ^ @reference.type in topLevel
//                                 ^ @reference.type in topLevel
    values.count
}
