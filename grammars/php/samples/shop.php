<?php

namespace Example\Shop;
//        ^ @definition.namespace

use Vendor\Json;
// <- @import Vendor:Json
use Vendor\Log as Logger, Vendor\Clock;
// <- @import Vendor:Clock
// <- @import Vendor:Log as Logger
use Vendor\{Cache, Deep\Store as Storage};
//         ^ @import Vendor:Cache
//         ^ @import Vendor\Deep:Store as Storage
use function Vendor\helper;
// <- @import Vendor:helper

require_once 'bootstrap.php';
// <- @import bootstrap.php:*

define('LIMIT', 10);
// <- @reference.call
//      ^ @definition.constant
const RATE = 2;
//    ^ @definition.constant

/** Sells. */
#[Entity]
//^ @reference.class in Shop
final class Shop extends Base implements Named, \Countable
//          ^ @definition.class
//                       ^ @reference.class in Shop
//                                       ^ @reference.implementation in Shop
//                                               ^ @reference.implementation in Shop
{
    use Loggable;
//      ^ @reference.implementation in Shop

    const VERSION = '1';
//        ^ @definition.constant in Shop
    private ?Storage $storage = null;
//           ^ @reference.type in Shop
//                    ^ @definition.property in Shop

    public function __construct(private Cache $cache)
//                  ^ @definition.method in Shop
//                                      ^ @reference.type in Shop.__construct
    {
        parent::__construct();
//              ^ @reference.call in Shop.__construct
    }

    public function sell(Item $item): Price
//                  ^ @definition.method in Shop
//                       ^ @reference.type in Shop.sell
//                                    ^ @reference.type in Shop.sell
    {
        $made = new Price(helper($item));
//                  ^ @reference.class in Shop.sell
//                        ^ @reference.call in Shop.sell
        return $this->storage?->save($made) ?? Logger::warn('x');
//                              ^ @reference.call in Shop.sell
//                                             ^ @reference.class in Shop.sell
//                                                     ^ @reference.call in Shop.sell
    }
}

interface Named
//        ^ @definition.interface
{
    public function name(): string;
//                  ^ @definition.method in Named
}

trait Loggable
//    ^ @definition.trait
{
    public function log(): void
//                  ^ @definition.method in Loggable
    {
    }
}

enum Suit: string
//   ^ @definition.enum
{
    case Hearts = 'h';
//       ^ @definition.constant in Suit
}

function top_level(array $values): int
//       ^ @definition.function
{
    return array_sum($values);
//         ^ @reference.call in top_level
}
