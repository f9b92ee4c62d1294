package dev.peras.store;

class MemoryLessonsTest extends LessonsContract {
  @Override
  Table newTable() {
    return new MemoryTable();
  }
}
