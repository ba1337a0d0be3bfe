#include <string>

class Shape {
public:
  Shape(std::string name);
  double area(double scale) const;

private:
  std::string name_;
};

Shape::Shape(std::string name) : name_(name) {}

double Shape::area(double scale) const {
  auto twice = [](double value) { return value * 2; };
  return twice(scale) + R"(/* raw */)"[0];
}

namespace {
int hidden(int value) { return value; }
}

// NOLINTNEXTLINE(readability-identifier-naming)
int Main(int argc, char** argv) {
  return argc + hidden(1) + (argv == nullptr ? 0 : 1);
}
