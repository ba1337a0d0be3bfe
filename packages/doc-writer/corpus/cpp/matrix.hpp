#pragma once
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

namespace corpus {

template <typename T, int N = 3>
class Matrix {
public:
  explicit Matrix(std::initializer_list<T> values = {});
  Matrix(const Matrix& other) = default;
  virtual ~Matrix() {}

  [[nodiscard]] T at(int row, int column) const {
    if (row < 0 || row >= N) throw std::out_of_range("row");
    return values_[row * N + column];
  }

  template <class U>
  void each(U&& visit) const {
    for (const auto& value : values_) visit(value);
  }

  bool operator==(const Matrix& other) const { return values_ == other.values_; }

  /// Named already. It stays.
  std::string name() const { return "matrix // no comment"; }

protected:
  int rank(double tolerance = 1e-9) const noexcept { return tolerance > 0 ? N : 0; }

private:
  void hidden();
  std::vector<T> values_;
};

enum class Mode : int { Fast, Exact };

using Name = std::string;

struct Point {
  double x;
  double y;
};

template <typename T>
auto twice(T value) -> decltype(value + value) {
  return value + value;
}

inline std::vector<Point>& extend(std::vector<Point>& points, const Point* extra, int count) {
  for (int index = 0; index < count; ++index) points.push_back(extra[index]);
  return points;
}

}  // namespace corpus

extern "C" {
int corpus_version(int major, int minor);
}
