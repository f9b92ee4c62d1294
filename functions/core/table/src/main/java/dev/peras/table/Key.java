package dev.peras.table;

/**
 * The key of an item.
 *
 * @param pk the partition: items that are read or written together share it
 * @param sk the item's name in its partition
 */
public record Key(String pk, String sk) {}
