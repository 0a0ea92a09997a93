using System;
// <- @import System:*
using Map = System.Collections.Generic.Dictionary<string, int>;
// <- @import System.Collections.Generic.Dictionary<string,int> as Map
using Text = System.Text;
// <- @import System.Text as Text
using static System.Math;
// <- @import System.Math:*

namespace Example.Shop
//        ^ @definition.namespace
{
    /// <summary>Sells.</summary>
    [Serializable]
//   ^ @reference.class in Example.Shop.Shop
    public class Shop<T> : Base<T>, IShop where T : Item
//               ^ @definition.class in Example.Shop
//                         ^ @reference.class in Example.Shop.Shop
//                              ^ @reference.type in Example.Shop.Shop
//                                  ^ @reference.class in Example.Shop.Shop
    {
        private readonly List<T> items = new();
//                            ^ @reference.type in Example.Shop.Shop
//                               ^ @definition.field in Example.Shop.Shop
        public event Handler Sold;
//                   ^ @reference.type in Example.Shop.Shop
//                           ^ @definition.field in Example.Shop.Shop
        public string Name { get; set; }
//                    ^ @definition.property in Example.Shop.Shop

        public int Count
//                 ^ @definition.property in Example.Shop.Shop
        {
            get { return items.Count(); }
//                             ^ @reference.call in Example.Shop.Shop.Count
        }

        public Shop(Options options) : base(options)
//             ^ @definition.method in Example.Shop.Shop
//                  ^ @reference.type in Example.Shop.Shop.Shop
        {
            Load(options);
//          ^ @reference.call in Example.Shop.Shop.Shop
        }

        public async Task<Price> Sell(T item)
//                        ^ @reference.type in Example.Shop.Shop.Sell
//                               ^ @definition.method in Example.Shop.Shop
//                                    ^ @reference.type in Example.Shop.Shop.Sell
        {
            var price = await Compute<T>(item);
//                            ^ @reference.call in Example.Shop.Shop.Sell
//                                    ^ @reference.type in Example.Shop.Shop.Sell
            int Local(int x) => x;
//              ^ @definition.function in Example.Shop.Shop.Sell
            return new Price(price.Round());
//                     ^ @reference.class in Example.Shop.Shop.Sell
//                                 ^ @reference.call in Example.Shop.Shop.Sell
        }

        public static Shop<T> operator +(Shop<T> a, Shop<T> b) => a;
//                         ^ @reference.type in Example.Shop.Shop
//                                            ^ @reference.type in Example.Shop.Shop
//                                                       ^ @reference.type in Example.Shop.Shop

        enum State { Open, Closed = 2 }
//           ^ @definition.enum in Example.Shop.Shop
//                   ^ @definition.constant in Example.Shop.Shop.State
//                         ^ @definition.constant in Example.Shop.Shop.State
    }

    public interface IShop
//                   ^ @definition.interface in Example.Shop
    {
        void Close();
//           ^ @definition.method in Example.Shop.IShop
    }

    public struct Price
//                ^ @definition.struct in Example.Shop
    {
        public decimal Amount;
//                     ^ @definition.field in Example.Shop.Price
    }

    public record Point(int X, int Y)
//                ^ @definition.class in Example.Shop
    {
        public int Sum() => X + Y;
//                 ^ @definition.method in Example.Shop.Point
    }

    public delegate void Handler(object sender);
//                       ^ @definition.type in Example.Shop
}
