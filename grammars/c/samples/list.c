#include <stdio.h>
// <- @import stdio.h:*
#include "list.h"
// <- @import list.h:*

#define LIMIT 10
//      ^ @definition.macro
#define SQUARE(x) ((x) * (x))
//      ^ @definition.macro

#ifdef DEBUG
static int counter = 0;
//         ^ @definition.variable
#endif

typedef struct node {
//             ^ @definition.struct in node_t
    int value;
//      ^ @definition.field in node_t
    struct node *next;
//         ^ @reference.type in node_t
//               ^ @definition.field in node_t
} node_t;
//^ @definition.type in node_t

typedef struct {
    char *name;
//        ^ @definition.field in anonymous_t
} anonymous_t;
//^ @definition.type in anonymous_t

enum color { RED, GREEN = 2 };
//   ^ @definition.enum
//           ^ @definition.constant in color
//                ^ @definition.constant in color

typedef int (*compare_fn)(const void *, const void *);
//            ^ @definition.type

union number {
//    ^ @definition.union
    int i;
//      ^ @definition.field in number
    float f;
//        ^ @definition.field in number
};

extern int prototype(node_t *list);
//         ^ @definition.function
//                   ^ @reference.type

/* Appends. */
static node_t *append(node_t *list, int value)
//     ^ @reference.type in append
//             ^ @definition.function
//                    ^ @reference.type in append
{
    node_t *made = allocate(sizeof(node_t));
//  ^ @reference.type in append
//                 ^ @reference.call in append
    list->hook(made);
//        ^ @reference.call in append
    return made;
}

char **split(const char *text)
//     ^ @definition.function
{
    return NULL;
}

int old_style(a)
//  ^ @definition.function
    int a;
{
    return a;
}
