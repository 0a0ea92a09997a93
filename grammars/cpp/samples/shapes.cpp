#include <vector>
// <- @import vector:*

using namespace std;
// <- @import std:*
using std::chrono::seconds;
// <- @import std::chrono:seconds
using Names = vector<string>;
//    ^ @definition.type
//            ^ @reference.type
//                   ^ @reference.type

namespace geometry::flat {
//        ^ @definition.namespace

template <typename T>
//                 ^ @reference.type in geometry::flat
class Shape : public Base<T>, private Hidden {
//    ^ @definition.class in geometry::flat
//                   ^ @reference.class in geometry::flat.Shape
//                        ^ @reference.type in geometry::flat.Shape
//                                    ^ @reference.class in geometry::flat.Shape
public:
    Shape() = default;
//  ^ @definition.method in geometry::flat.Shape
    ~Shape() {}
//  ^ @definition.method in geometry::flat.Shape
    virtual double area() const = 0;
//                 ^ @definition.method in geometry::flat.Shape
    T value() const { return compute(items.size()); }
//  ^ @reference.type in geometry::flat.Shape
//    ^ @definition.method in geometry::flat.Shape
//                           ^ @reference.call in geometry::flat.Shape.value
//                                         ^ @reference.call in geometry::flat.Shape.value
    Shape &operator=(const Shape &other) { return *this; }
//  ^ @reference.type in geometry::flat.Shape
//         ^ @definition.method in geometry::flat.Shape
//                         ^ @reference.type in geometry::flat.Shape.operator=

private:
    struct Point {
//         ^ @definition.struct in geometry::flat.Shape
        int x, y;
//          ^ @definition.field in geometry::flat.Shape.Point
//             ^ @definition.field in geometry::flat.Shape.Point
    };
    vector<T> items;
//  ^ @reference.type in geometry::flat.Shape
//         ^ @reference.type in geometry::flat.Shape
//            ^ @definition.field in geometry::flat.Shape
};

enum class Color { Red, Green };
//         ^ @definition.enum in geometry::flat
//                 ^ @definition.constant in geometry::flat.Color
//                      ^ @definition.constant in geometry::flat.Color

}  // namespace geometry::flat

namespace {
int hidden = 1;
//  ^ @definition.variable
}

template <>
double geometry::Shape<int>::scale(double by)
//               ^ @reference.type in Shape.scale
//                           ^ @definition.method in Shape
{
    auto twice = [](double x) { return x * 2; };
    return twice(by) + std::max<double>(by, 1);
//         ^ @reference.call in Shape.scale
//                          ^ @reference.call in Shape.scale
}

Widget::Widget(int size) : size_(size)
//      ^ @definition.method in Widget
{
    parent = new Window(size);
//               ^ @reference.class in Widget.Widget
}

int main(int argc, char **argv)
//  ^ @definition.function
{
    return run(argc);
//         ^ @reference.call in main
}
