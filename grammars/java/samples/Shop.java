package org.example.shop;

import java.util.List;
// <- @import java.util:List
import static java.util.Map.entry;
// <- @import java.util.Map:entry
import java.io.*;
// <- @import java.io:*

/** Sells. */
@Service
 // <- @reference.call in Shop
public class Shop<T extends Item> extends Base implements Closeable, Named {
//           ^ @definition.class
//                ^ @reference.type in Shop
//                          ^ @reference.type in Shop
//                                        ^ @reference.class in Shop
//                                                        ^ @reference.implementation in Shop
//                                                                   ^ @reference.implementation in Shop
    private static final int LIMIT = 10;
//                           ^ @definition.field in Shop
    private List<T> items;
//          ^ @reference.type in Shop
//               ^ @reference.type in Shop
//                  ^ @definition.field in Shop

    static {
        Registry.add("shop");
//               ^ @reference.call in Shop
    }

    public Shop(List<T> items) {
//         ^ @definition.method in Shop
//              ^ @reference.type in Shop.Shop
//                   ^ @reference.type in Shop.Shop
        this.items = items;
    }

    @Override
//   ^ @reference.call in Shop.sell
    public <R> R sell(T item, Price price) throws IOException {
//          ^ @reference.type in Shop.sell
//             ^ @reference.type in Shop.sell
//               ^ @definition.method in Shop
//                    ^ @reference.type in Shop.sell
//                            ^ @reference.type in Shop.sell
//                                                ^ @reference.type in Shop.sell
        return checkout(item).total(new Receipt<T>());
//             ^ @reference.call in Shop.sell
//                            ^ @reference.call in Shop.sell
//                                      ^ @reference.class in Shop.sell
//                                              ^ @reference.type in Shop.sell
    }

    enum State {
//       ^ @definition.enum in Shop
        OPEN,
//      ^ @definition.constant in Shop.State
        CLOSED;
//      ^ @definition.constant in Shop.State

        boolean isOpen() {
//              ^ @definition.method in Shop.State
            return this == OPEN;
        }
    }

    interface Named {
//            ^ @definition.interface in Shop
        int ZERO = 0;
//          ^ @definition.constant in Shop.Named

        String name();
//      ^ @reference.type in Shop.Named
//             ^ @definition.method in Shop.Named

        default void greet() {
//                   ^ @definition.method in Shop.Named
            print(name());
//          ^ @reference.call in Shop.Named.greet
//                ^ @reference.call in Shop.Named.greet
        }
    }

    record Point(int x, int y) {
//         ^ @definition.class in Shop
        Point {
            check(x);
//          ^ @reference.call in Shop.Point.Point
        }
    }

    @interface Marker {
//             ^ @definition.interface in Shop
    }
}
