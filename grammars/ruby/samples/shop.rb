require "json"
# <- @import json
# <- @reference.call
require_relative "lib/item"
# <- @import lib/item
# <- @reference.call
autoload :Parser, "parser"
# <- @import parser:Parser
# <- @reference.call

module Store
#      ^ @definition.module
  VERSION = "1.0"
# ^ @definition.constant in Store

  # Sells.
  class Shop < Base::Thing
#       ^ @definition.class in Store
#                    ^ @reference.class in Store.Shop
    include Comparable
#   ^ @reference.call in Store.Shop
    attr_reader :items, :name
#   ^ @reference.call in Store.Shop
#               ^ @definition.property in Store.Shop
#                       ^ @definition.property in Store.Shop

    def initialize(items)
#       ^ @definition.method in Store.Shop
      @items = items
      Item.new(items)
#          ^ @reference.call in Store.Shop.initialize
    end

    def self.open(path) = new(JSON.parse(path))
#            ^ @definition.method in Store.Shop
#                         ^ @reference.call in Store.Shop.open
#                                  ^ @reference.call in Store.Shop.open

    def total?
#       ^ @definition.method in Store.Shop
      items.map { |item| price(item) }.sum
#           ^ @reference.call in Store.Shop.total?
#                        ^ @reference.call in Store.Shop.total?
#                                      ^ @reference.call in Store.Shop.total?
    end

    alias size total?
#         ^ @definition.method in Store.Shop

    class << self
      def build
#         ^ @definition.method in Store.Shop.self
        create
      end
    end
  end

  class Shop::Error < StandardError
#             ^ @definition.class in Store.Shop::Error
#                     ^ @reference.class in Store.Shop::Error
    def message
#       ^ @definition.method in Store.Shop::Error
      "x"
    end
  end
end

def top_level(a, b: 1)
#   ^ @definition.method
  puts a
# ^ @reference.call in top_level
end
